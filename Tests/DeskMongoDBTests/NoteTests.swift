#if MongoDB
import Desk
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    @Suite(.timeLimit(.minutes(1)))
    struct NoteTests {
        private static let author = Account.ID(rawValue: "me")

        private static func add(_ key: String, on node: GuestScene) async throws(DeskError) -> Note {
            let clientID = ClientID(stored: key)
            return try await node.store.addNote(
                to: GuestScene.open,
                clientID: clientID,
                by: author,
                publish: node.events.add
            ) { facts in
                var generator = SystemRandomNumberGenerator()
                return facts.known
                    ?? Note(
                        id: Note.ID(rawValue: RandomID.make(using: &generator)),
                        ticketID: GuestScene.open,
                        seq: facts.lastNoteSeq + 1,
                        afterSeq: facts.ticket.lastSeq,
                        authorID: author,
                        authorName: "Me",
                        text: key,
                        timestamp: GuestScene.now,
                        clientID: clientID
                    )
            }
        }

        @Test func `notes of two nodes count without a hole, and a retry is the same note`() async throws {
            try await GuestScene.with { scene, client in
                try await scene.fill()
                let before = try await scene.store.ticket(GuestScene.open)
                let node = try await scene.other(client)
                let notes = try await withThrowingTaskGroup(of: Note.self) { group in
                    for index in 0..<24 {
                        group.addTask { try await Self.add("n\(index / 2)", on: index % 2 == 0 ? scene : node) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(notes.map(\.id)).count == 12)
                let page = try await scene.store.notes(of: GuestScene.open, after: 0)
                #expect(page.notes.map(\.seq) == Array(1...12))
                #expect(Set(page.notes.map(\.text)).count == 12)
                #expect(scene.events.notes.count + node.events.notes.count == 12)
                #expect(try await scene.store.ticket(GuestScene.open) == before)
            }
        }

        @Test(
            arguments: [
                ["writeConcernError": ["code": 64, "errmsg": "waiting timed out"]], ["closeConnection": true],
            ] as [BSONDocument]
        )
        func `a note whose outcome is unknown is stored and told of once`(fault: BSONDocument) async throws {
            try await GuestScene.with { scene, _ in
                try await scene.fill()
                try await Deployment.fail("insert", fault)
                let note = try await Self.add("n", on: scene)
                #expect(try await scene.store.notes(of: GuestScene.open, after: 0).notes == [note])
                #expect(scene.events.notes == [note])
            }
        }
    }
}
#endif
