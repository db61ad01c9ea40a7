#if MongoDB
import Desk
import Synchronization
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct TicketWriteTests {
        private struct Crash: Error {}

        /// A store with one ticket of one guest.
        private struct Scene: Sendable {
            static let guest = Guest(
                id: Guest.ID(rawValue: "guest"),
                name: "Ada",
                email: nil,
                isVerified: false,
                createdAt: Timestamp(milliseconds: 1)
            )
            static let author = Author(userID: "guest", role: .guest, name: "Ada")

            let store: MongoStore
            let ticketID = Ticket.ID(rawValue: "ticket")
            let published = Published()

            final class Published: Sendable {
                let events = Mutex<[DeskEvent]>([])

                var seqs: [Int] {
                    events.withLock { $0 }
                        .compactMap { event in
                            if case .messagePosted(let message, _) = event { message.seq } else { nil }
                        }
                }
            }

            @Sendable func publish(_ events: [DeskEvent]) { published.events.withLock { $0 += events } }

            func create(_ clientID: String? = nil, text: String? = nil) async throws -> CreatedTicket {
                let (id, clientID) = (ticketID, clientID.map(ClientID.init(stored:)))
                return try await store.createTicket(for: Self.guest, clientID: clientID, publish: publish) { facts in
                    if let known = facts.known { return .nothing(known) }
                    var generator = SystemRandomNumberGenerator()
                    var ticket = Ticket(
                        id: clientID == nil ? id : Ticket.ID(rawValue: RandomID.make(using: &generator)),
                        number: facts.number,
                        customer: facts.guest,
                        subject: "Help",
                        createdAt: Timestamp(milliseconds: 2)
                    )
                    let message = text.map { Self.append($0, clientID, to: &ticket) }
                    let created = CreatedTicket(ticket: ticket, message: message, isNew: true)
                    return Decision(answer: created, ticket: ticket, message: message, events: [.ticketCreated(ticket)])
                }
            }

            static func append(_ text: String, _ clientID: ClientID?, to ticket: inout Ticket) -> Message {
                var generator = SystemRandomNumberGenerator()
                ticket.lastSeq += 1
                ticket.version += 1
                ticket.lastText = text
                ticket.lastSenderRole = .guest
                ticket.lastMessageAt = Timestamp(milliseconds: 2)
                return Message(
                    id: Message.ID(rawValue: RandomID.make(using: &generator)),
                    ticketID: ticket.id,
                    seq: ticket.lastSeq,
                    sender: author,
                    text: text,
                    timestamp: Timestamp(milliseconds: 2),
                    clientID: clientID
                )
            }

            func post(
                _ clientID: String,
                on other: MongoStore? = nil,
                at step: @escaping @Sendable (MongoStore.Step) throws -> Void = { _ in }
            ) async throws(DeskError) -> Message {
                let clientID = ClientID(stored: clientID)
                let key = MessageKey(senderID: "guest", clientID: clientID)
                let store = other ?? store
                let result = await withCheckedContinuation { continuation in
                    store.change(
                        TicketLookup(ticketID: ticketID, message: key),
                        publish: publish,
                        rule: { facts throws(DeskError) -> Decision<Message> in
                            if let known = facts.message { return .nothing(known) }
                            guard facts.ticket.status == .open else { throw .closed }
                            var ticket = facts.ticket
                            let message = Self.append("text", clientID, to: &ticket)
                            return Decision(
                                answer: message,
                                ticket: ticket,
                                message: message,
                                events: [.messagePosted(message, ticket: ticket)]
                            )
                        },
                        at: step,
                        completion: { continuation.resume(returning: $0) }
                    )
                }
                return try result.get()
            }

            func close(on other: MongoStore? = nil) async throws(DeskError) {
                _ = try await (other ?? store)
                    .change(TicketLookup(ticketID: ticketID), publish: publish) { facts in
                        var ticket = facts.ticket
                        ticket.status = .closed
                        ticket.closedBy = Self.author
                        ticket.closedAt = Timestamp(milliseconds: 3)
                        ticket.version += 1
                        return Decision(answer: true, ticket: ticket, events: [.ticketClosed(ticket, by: Self.author)])
                    }
            }

            func history(_ range: HistoryRange) async throws -> [Message] {
                try await store.history(of: ticketID, range, isAllowed: { _ in }).messages
            }
        }

        private static func withScene(_ body: (Scene, MongoClient) async throws -> Void) async throws {
            try await Deployment.withClient { client in
                let scene = try await Scene(store: MongoStore(client: client))
                _ = try await scene.create()
                try await body(scene, client)
            }
        }

        @Test func `an index that is there with other fields is refused`() async throws {
            try await Deployment.withClient { client in
                let index: BSONValue = ["name": "number", "key": ["subject": 1]]
                _ = try await client.write(["createIndexes": "tickets", "indexes": [index]])
                await #expect(throws: MongoError.refused(code: 86)) { _ = try await MongoStore(client: client) }
            }
        }

        @Test func `a ticket is read as it was stored`() async throws {
            try await Self.withScene { scene, _ in
                let created = try await scene.create("c", text: "hello")
                #expect(try await scene.store.ticket(created.ticket.id) == created.ticket)
                let open = try await scene.store.openTickets(of: Scene.guest.id, limit: 10)
                #expect(Set(open.map(\.id)) == [scene.ticketID, created.ticket.id])
                try await scene.close()
                let closed = try #require(await scene.store.ticket(scene.ticketID))
                #expect((closed.status, closed.closedBy) == (.closed, Scene.author))
                #expect(try await scene.store.openTickets(of: Scene.guest.id, limit: 10) == [created.ticket])
            }
        }

        @Test func `the same guest and client id create one ticket, on two nodes as well`() async throws {
            try await Self.withScene { scene, client in
                let other = try await Scene(store: MongoStore(client: client))
                let created = try await withThrowingTaskGroup(of: CreatedTicket.self) { group in
                    for index in 0..<20 {
                        group.addTask { try await (index % 2 == 0 ? scene : other).create("c", text: "hello") }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(created.map(\.ticket.id)).count == 1)
                #expect(Set(created.compactMap(\.message?.id)).count == 1)
                #expect(created.filter(\.isNew).count == 1)
            }
        }

        @Test(arguments: MongoStore.Step.allCases)
        func `a crash after any step loses nothing and stores nothing twice`(crash: MongoStore.Step) async throws {
            try await Self.withScene { scene, client in
                _ = try await scene.post("1")
                await #expect(throws: DeskError.unavailable) {
                    _ = try await scene.post("2") { step in if step == crash { throw Crash() } }
                }
                let isStored = [.committed, .stored].contains(crash)
                #expect(try await scene.history(HistoryRange()).map(\.seq) == (isStored ? [1, 2] : [1]))
                #expect(try await scene.history(HistoryRange(afterSeq: 0)).map(\.seq) == (isStored ? [1, 2] : [1]))

                // Another node goes on, with the retry and without.
                let restarted = try await Scene(store: MongoStore(client: client))
                #expect(try await restarted.post("3").seq == (isStored ? 3 : 2))
                #expect(try await restarted.post("2").seq == (isStored ? 2 : 3))
                let history = try await restarted.history(HistoryRange())
                #expect(history.map(\.seq) == [1, 2, 3])
                #expect(Set(history.compactMap(\.clientID?.rawValue)) == ["1", "2", "3"])
            }
        }

        @Test func `writers of two nodes leave no hole, nothing twice, and nothing after the close`() async throws {
            try await Self.withScene { scene, client in
                let other = try await Scene(store: MongoStore(client: client))
                let acknowledged = try await withThrowingTaskGroup(of: [Message].self) { group in
                    for writer in 0..<6 {
                        group.addTask {
                            var mine: [Message] = []
                            let node = writer % 2 == 0 ? scene : other
                            for index in 0..<10 {
                                if writer == 0, index == 5 { try await node.close() }
                                // Each is sent twice: the second is the retry.
                                for _ in 0..<2 {
                                    do throws(DeskError) {
                                        mine.append(try await node.post("\(writer)-\(index)"))
                                    } catch .closed {}
                                }
                            }
                            return mine
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                let ticket = try #require(await scene.store.ticket(scene.ticketID))
                let history = try await scene.history(HistoryRange(afterSeq: 0, limit: 200))
                #expect(ticket.status == .closed)
                #expect(history.map(\.seq) == Array(1..<ticket.lastSeq + 1))
                #expect(Set(acknowledged.map(\.id)) == Set(history.map(\.id)))
                #expect(Set(history.map(\.clientID)).count == history.count)
                #expect((scene.published.seqs + other.published.seqs).sorted() == history.map(\.seq))
                #expect(scene.published.seqs == scene.published.seqs.sorted())
            }
        }

        @Test(arguments: ["findAndModify", "insert", "find"] as [BSONValue])
        func `a connection that closes in the middle costs nothing`(command: BSONValue) async throws {
            try await Self.withScene { scene, _ in
                _ = try await scene.post("1")
                try await Deployment.fail(command, ["closeConnection": true])
                #expect(try await scene.post("2").seq == 2)
                #expect(try await scene.history(HistoryRange()).map(\.seq) == [1, 2])
                #expect(scene.published.seqs == [1, 2])
            }
        }

        @Test(arguments: ["findAndModify", "insert"] as [BSONValue])
        func `a write that a majority did not confirm is found and told of once`(command: BSONValue) async throws {
            try await Self.withScene { scene, _ in
                _ = try await scene.post("1")
                try await Deployment.fail(command, ["writeConcernError": ["code": 64, "errmsg": "waiting timed out"]])
                var message: Message?
                do throws(DeskError) {
                    message = try await scene.post("2")
                } catch {
                    #expect(error == .unavailable)
                    message = try await scene.post("2")
                }
                #expect(message?.seq == 2)
                #expect(try await scene.history(HistoryRange()).map(\.seq) == [1, 2])
                #expect(scene.published.seqs == [1, 2])
            }
        }

        @Test func `without a primary a write is unavailable, and goes on by itself afterwards`() async throws {
            try await Self.withScene { scene, _ in
                _ = try await scene.post("1")
                let fault: BSONDocument = ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]]
                try await Deployment.fail("find", times: 2, fault)
                await #expect(throws: DeskError.unavailable) { _ = try await scene.post("2") }
                #expect(try await scene.post("2").seq == 2)
                #expect(try await scene.history(HistoryRange()).map(\.seq) == [1, 2])
            }
        }
    }
}
#endif
