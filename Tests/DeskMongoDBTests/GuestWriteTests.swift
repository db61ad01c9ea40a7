#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(2)))
    struct GuestWriteTests {
        /// Who comes first after a crash.
        enum Next: CaseIterable, Sendable {
            case standingOfFormer, standing, adoption, message, ticketOfFormer, ticket, reader
        }

        @Test(
            arguments: [.retired, .arrived, .messagesMoved, .ticketMoved, .moved] as [MongoStore.GuestStep],
            Next.allCases
        )
        func `a crash after any step of a move is finished by whoever comes next`(
            crash: MongoStore.GuestStep,
            next: Next
        ) async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let before = try #require(await scene.store.ticket(GuestScene.open))
                await GuestScene.crash(at: crash) { try await scene.adopt() }

                let node = try await scene.other(client)
                switch next {
                case .standingOfFormer: #expect(try await node.store.standing(of: GuestScene.came) == .retired)
                case .standing: #expect(try await node.store.standing(of: GuestScene.vouched) != .unknown)
                case .adoption: #expect(try await node.adopt()?.name == "Ada")
                case .message: _ = try await node.post("on", to: GuestScene.closed, by: GuestScene.vouched)
                case .ticketOfFormer:
                    await #expect(throws: DeskError.unauthorized) {
                        _ = try await node.create(Ticket.ID(rawValue: "new"), by: GuestScene.came)
                    }
                case .ticket: _ = try await node.create(Ticket.ID(rawValue: "new"), by: GuestScene.vouched)
                case .reader: _ = try await node.history(of: GuestScene.open)
                }
                try await expectMoved(node)
                let ticket = try #require(await node.store.ticket(GuestScene.open))
                #expect((ticket.customerName, ticket.verified) == ("Ada", true))
                #expect(ticket.version > before.version)
            }
        }

        private func expectMoved(_ node: GuestScene) async throws {
            #expect(try await node.store.standing(of: GuestScene.came) == .retired)
            #expect(try await node.count(in: "guests", having: "movesTo") == 0)
            for (id, seqs) in [(GuestScene.open, [1, 2]), (GuestScene.closed, [1])] {
                let history = try await node.history(of: id)
                #expect(history.ticket.customerID == GuestScene.vouched)
                #expect(history.messages.prefix(seqs.count).map(\.seq) == seqs)
                #expect(history.messages.allSatisfy { $0.sender.userID == GuestScene.vouched.rawValue })
            }
            #expect(try await node.store.ticket(GuestScene.closed)?.closedBy?.userID == GuestScene.vouched.rawValue)
            // A retry by the new id finds what the old one sent.
            let retried = try await node.post("again", to: GuestScene.open, by: GuestScene.vouched, clientID: "second")
            #expect((retried.seq, retried.text) == (2, "second"))
            #expect(try await node.places("ada parcel").contains(.ticket))
            #expect(try await node.places("typed").isEmpty)
        }

        @Test func `a move is told of after it is done`() async throws {
            try await GuestScene.with { scene, _ in
                try await scene.fill()
                #expect(try await scene.adopt()?.id == GuestScene.vouched)
                #expect(scene.events.retired == [GuestScene.came])
                #expect(scene.events.updated == [try #require(await scene.store.ticket(GuestScene.open))])
                try await expectMoved(scene)
            }
        }

        @Test func `tickets that are opened while a guest becomes another are all the new one's, or refused`()
            async throws
        {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let node = try await scene.other(client)
                let opened = try await withThrowingTaskGroup(of: Ticket.ID?.self) { group in
                    for index in 0..<12 {
                        group.addTask {
                            if index == 5 {
                                try await node.adopt()
                                return nil
                            }
                            let id = Ticket.ID(rawValue: "t\(index)")
                            do throws(DeskError) {
                                let created = try await (index % 2 == 0 ? scene : node).create(id, by: GuestScene.came)
                                return created.ticket.id
                            } catch .unauthorized {
                                return nil
                            }
                        }
                    }
                    return try await group.reduce(into: [Ticket.ID]()) { if let id = $1 { $0.append(id) } }
                }
                try await expectMoved(scene)
                let own = try await scene.store.tickets(of: GuestScene.vouched)
                #expect(Set(own.map(\.id)) == Set(opened + [GuestScene.open, GuestScene.closed]))
                #expect(try await scene.store.tickets(of: GuestScene.came).isEmpty)
            }
        }

        @Test(arguments: [.opened, .stored] as [MongoStore.GuestStep])
        func `a crash while a ticket is opened leaves one ticket, and the retry finds it`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await GuestScene.with { scene, client in
                await GuestScene.crash(at: crash) {
                    _ = try await scene.create(GuestScene.open, by: GuestScene.came, clientID: "c")
                }
                let node = try await scene.other(client)
                #expect(try await node.store.standing(of: GuestScene.came) != .unknown)
                #expect(try await node.history(of: GuestScene.open).messages.map(\.seq) == [1])
                let retried = try await node.create(GuestScene.closed, by: GuestScene.came, clientID: "c")
                #expect((retried.ticket.id, retried.message?.seq, retried.isNew) == (GuestScene.open, 1, false))
                _ = try await node.create(GuestScene.closed, by: GuestScene.came)
                #expect(try await node.store.tickets(of: GuestScene.came).count == 2)
                #expect(try await node.count(in: "guests", having: "opened") == 0)
            }
        }

        @Test(arguments: [.renamed, .found] as [MongoStore.GuestStep])
        func `a crash while a guest is renamed leaves tickets that are found by the new name`(
            crash: MongoStore.GuestStep
        ) async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let before = try #require(await scene.store.ticket(GuestScene.open))
                await GuestScene.crash(at: crash) { try await scene.rename(GuestScene.came, to: "Zoe") }
                let node = try await scene.other(client)
                let ticket = try #require(await node.store.ticket(GuestScene.open))
                #expect((ticket.customerName, ticket.version) == ("Zoe", before.version + 1))
                _ = try await node.store.standing(of: GuestScene.came)
                #expect(try await node.places("zoe") == [.ticket, .ticket])
                #expect(try await node.places("typed").isEmpty)
                #expect(try await node.post("on", to: GuestScene.open, by: GuestScene.came).seq == 3)
                #expect(try await node.store.ticket(GuestScene.open)?.version == before.version + 2)
            }
        }

        @Test(arguments: ["findAndModify", "insert", "update", "find"] as [BSONValue])
        func `a connection that closes in the middle of a move costs no more than another try`(
            command: BSONValue
        ) async throws {
            try await GuestScene.with { scene, _ in
                try await scene.fill()
                try await Deployment.fail(command, ["closeConnection": true])
                do throws(DeskError) {
                    try await scene.adopt()
                } catch {
                    #expect(error == .unavailable)
                    try await scene.adopt()
                }
                try await expectMoved(scene)
                #expect(scene.events.retired == [GuestScene.came])
            }
        }
    }
}
#endif
