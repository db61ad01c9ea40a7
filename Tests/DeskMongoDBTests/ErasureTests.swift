#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(2)))
    struct ErasureTests {
        private static func erase(_ guest: Guest.ID, on node: GuestScene) async throws(DeskError) -> Erasure {
            try await node.store.erase(guest) { erasure in
                AuditEntry(
                    .guestErased,
                    on: .guest(guest),
                    by: .commandLine,
                    at: GuestScene.now,
                    detail: "\(erasure.tickets) \(erasure.messages)"
                )
            }
        }

        private static func expire(
            on node: GuestScene,
            after seconds: Int = 1,
            limit: Int = 50
        ) async throws(DeskError) -> Erasure {
            let moment = GuestScene.now.advanced(by: .seconds(seconds))
            return try await node.store.eraseTickets(closedBefore: moment, limit: limit) { erasure in
                guard erasure.tickets > 0 else { return nil }
                return AuditEntry(.ticketsExpired, by: .system, at: moment, detail: "\(erasure.tickets)")
            }
        }

        private static func addNote(to id: Ticket.ID, on node: GuestScene) async throws(DeskError) -> Note {
            try await node.store.addNote(
                to: id,
                clientID: nil,
                by: Account.ID(rawValue: "me"),
                publish: node.events.add
            ) { facts in
                var generator = SystemRandomNumberGenerator()
                return Note(
                    id: Note.ID(rawValue: RandomID.make(using: &generator)),
                    ticketID: id,
                    seq: facts.lastNoteSeq + 1,
                    afterSeq: facts.ticket.lastSeq,
                    authorID: Account.ID(rawValue: "me"),
                    authorName: "Me",
                    text: "a note",
                    timestamp: GuestScene.now,
                    clientID: nil
                )
            }
        }

        /// What is stored of what guests and agents wrote.
        private static func expectNothing(on node: GuestScene) async throws {
            for (collection, field) in [
                ("messages", "ticketId"), ("notes", "ticketId"), ("tickets", "customerId"), ("tickets", "subject"),
                ("guests", "guest"), ("guests", "opened"),
            ] {
                #expect(try await node.count(in: collection, having: field) == 0, "\(collection).\(field)")
            }
        }

        @Test(
            arguments: [.erasing, .ticketEmptied, .messagesErased, .ticketErased, .erased] as [MongoStore.GuestStep],
            GuestWriteTests.Next.allCases
        )
        func `a crash after any step of an erasure is finished by whoever comes next`(
            crash: MongoStore.GuestStep,
            next: GuestWriteTests.Next
        ) async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                _ = try await Self.addNote(to: GuestScene.open, on: scene)
                await GuestScene.crash(at: crash) { _ = try await Self.erase(GuestScene.came, on: scene) }

                let node = try await scene.other(client)
                for id in [GuestScene.open, GuestScene.closed] {
                    #expect(try await node.store.ticket(id) == nil)
                    await #expect(throws: DeskError.notFound) {
                        _ = try await node.post("late", to: id, by: GuestScene.came)
                    }
                    await #expect(throws: DeskError.notFound) { _ = try await Self.addNote(to: id, on: node) }
                }
                for text in ["parcel", "second"] { #expect(try await node.places(text).isEmpty) }
                switch next {
                case .ticketOfFormer, .ticket:
                    _ = try await node.create(Ticket.ID(rawValue: "new"), by: GuestScene.came)
                    #expect(try await node.store.tickets(of: GuestScene.came).map(\.id.rawValue) == ["new"])
                    #expect(try await Self.erase(GuestScene.came, on: node) == Erasure(tickets: 1, messages: 1))
                case .adoption: #expect(try await node.adopt() == nil)
                default: #expect(try await node.store.standing(of: GuestScene.came) == .unknown)
                }
                await #expect(throws: DeskError.notFound) { _ = try await Self.erase(GuestScene.came, on: node) }
                try await Self.expectNothing(on: node)
            }
        }

        @Test func `one whom a site vouches for is erased with what is still moving`() async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                await GuestScene.crash(at: .arrived) { try await scene.adopt() }
                let node = try await scene.other(client)
                #expect(try await Self.erase(GuestScene.vouched, on: node) == Erasure(tickets: 2, messages: 3))
                try await Self.expectNothing(on: node)
                #expect(try await node.store.standing(of: GuestScene.came) == .retired)
            }
        }

        @Test func `what is written while a guest is erased leaves nothing behind`() async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let node = try await scene.other(client)
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<6 {
                        group.addTask {
                            let writer = index % 2 == 0 ? scene : node
                            for number in 0..<10 {
                                _ = try? await writer.post(
                                    "\(index)-\(number)",
                                    to: GuestScene.open,
                                    by: GuestScene.came
                                )
                                _ = try? await Self.addNote(to: GuestScene.open, on: writer)
                            }
                        }
                    }
                    group.addTask { _ = try? await Self.erase(GuestScene.came, on: scene) }
                }
                _ = try await Self.expire(on: node)
                try await Self.expectNothing(on: node)
            }
        }

        @Test func `a message that another node stores after the erasure goes with the next look`() async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let late = try #require(
                    await scene.store.database.first(in: "messages", ["ticketId": .string(GuestScene.open.rawValue)])
                )
                _ = try await Self.erase(GuestScene.came, on: scene)
                try await scene.store.database.insert(late, into: "messages")
                #expect(try await scene.places("first").isEmpty)
                _ = try await Self.expire(on: scene)
                try await Self.expectNothing(on: scene)
            }
        }

        @Test(
            arguments: [
                .reserved, .counted, .messagesErased, .ticketErased,
            ] as [MongoStore.GuestStep]
        )
        func `tickets that expire are told of once, whatever crashes`(crash: MongoStore.GuestStep) async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                for index in 0..<4 {
                    let id = Ticket.ID(rawValue: "t\(index)")
                    _ = try await scene.create(id, by: Guest.ID(rawValue: "g\(index)"))
                    _ = try await scene.close(id, by: Guest.ID(rawValue: "g\(index)"))
                }
                await GuestScene.crash(at: crash) { _ = try await Self.expire(on: scene, limit: 3) }
                let node = try await scene.other(client)
                for seconds in [100, 200, 300] { _ = try await Self.expire(on: node, after: seconds, limit: 3) }
                let told = try await node.audit().filter { $0.action == .ticketsExpired }.compactMap(\.detail)
                #expect(told.compactMap { Int($0) }.reduce(0, +) == 5)
                #expect(try await node.store.tickets(of: GuestScene.came).map(\.id) == [GuestScene.open])
                #expect(try await node.count(in: "tickets", having: "erasure") == 0)
                #expect(try await node.count(in: "guests", having: "guest") == 1)
                #expect(try await node.count(in: "messages", having: "ticketId") == 2)
            }
        }

        @Test func `an erasure is told of once, however often it is tried`() async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                await GuestScene.crash(at: .erasing) { _ = try await Self.erase(GuestScene.came, on: scene) }
                let node = try await scene.other(client)
                await #expect(throws: DeskError.notFound) { _ = try await Self.erase(GuestScene.came, on: node) }
                let entry = AuditEntry(
                    .guestErased,
                    on: .guest(GuestScene.came),
                    by: .commandLine,
                    at: GuestScene.now,
                    detail: "2 3"
                )
                #expect(try await node.audit() == [entry])
            }
        }

        @Test func `a ticket that is opened again in time is kept`() async throws {
            try await GuestScene.with { scene, client in
                let node = try await scene.other(client)
                var ids: [Ticket.ID] = []
                for index in 0..<20 {
                    let id = Ticket.ID(rawValue: "t\(index)")
                    _ = try await scene.create(id, by: GuestScene.came)
                    _ = try await scene.close(id, by: GuestScene.came)
                    ids.append(id)
                }
                async let erasure = Self.expire(on: scene)
                var kept: [Ticket.ID] = []
                for id in ids.reversed() {
                    do throws(DeskError) {
                        _ = try await node.store.change(TicketLookup(ticketID: id), publish: { _ in }) { facts in
                            var ticket = facts.ticket
                            (ticket.status, ticket.closedAt, ticket.closedBy) = (.open, nil, nil)
                            return Decision(answer: true, ticket: ticket, events: [])
                        }
                        kept.append(id)
                    } catch .notFound {}
                }
                #expect(try await erasure.tickets + kept.count == 20)
                for id in kept { #expect(try await node.history(of: id).messages.count == 1) }
            }
        }
    }
}

extension GuestScene {
    /// What the audit log says, oldest first.
    fileprivate func audit() async throws -> [AuditEntry] {
        try await store.auditRecords(AuditQuery(), limit: AuditQuery.maximumLimit).reversed().map(\.entry)
    }
}
#endif
