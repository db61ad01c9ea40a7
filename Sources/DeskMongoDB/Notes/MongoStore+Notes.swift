#if MongoDB
package import Desk

extension MongoStore {
    /// A note is one document. Its seq is the next one as long as nobody else's note has it.
    package func addNote(
        to id: Ticket.ID,
        clientID: ClientID?,
        by author: Account.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (NoteFacts) throws(DeskError) -> Note
    ) async throws(DeskError) -> Note {
        try await attempt {
            try await self.turns.take(id.rawValue) {
                var failures = 0
                for _ in 0..<Self.maximumAttempts {
                    let facts = try await self.noteFacts(id, clientID, author)
                    let note = try rule(facts)
                    guard note != facts.known else { return note }
                    do {
                        try await self.database.insert(NoteDocuments.encode(note), into: NoteDocuments.collection)
                    } catch MongoError.unreachable(let code) {
                        failures += 1
                        guard failures < Self.maximumFailures else { throw MongoError.unreachable(code: code) }
                        guard try await self.isStored(note) else { continue }
                    } catch MongoError.duplicateKey {
                        guard try await self.isStored(note) else { continue }
                    }
                    try Self.reached(.stored)
                    guard try await self.record(id) != nil else {
                        // Erased in between, and the note came after that.
                        try await self.eraseContents(of: [id])
                        throw DeskError.notFound
                    }
                    self.publish([.noteAdded(note)], to: publish)
                    return note
                }
                throw MongoError.busy
            }
        }
    }

    private func noteFacts(_ id: Ticket.ID, _ clientID: ClientID?, _ author: Account.ID) async throws -> NoteFacts {
        guard let record = try await record(id) else { throw DeskError.notFound }
        var known: Note?
        if let clientID {
            known = try await NoteDocuments.note(by: author, clientID: clientID, of: id, in: database)
        }
        let last = try await NoteDocuments.last(of: id, in: database)
        return NoteFacts(ticket: record.ticket, known: known, lastNoteSeq: last?.seq ?? 0)
    }

    private func isStored(_ note: Note) async throws -> Bool {
        try await database.first(in: NoteDocuments.collection, ["_id": .string(note.id.rawValue)])
            .map(NoteDocuments.decode) == note
    }

    package func notes(of id: Ticket.ID, after seq: Int) async throws(DeskError) -> NotePage {
        try await attempt {
            guard try await self.record(id) != nil else { throw DeskError.notFound }
            let found = try await self.database.find(
                in: NoteDocuments.collection,
                ["ticketId": .string(id.rawValue), "seq": ["$gt": .int(seq)]],
                sort: ["seq": 1],
                limit: NotePage.limit + 1
            )
            var page = NotePage(notes: [], hasMore: false)
            var bytes = 0
            for note in try found.map(NoteDocuments.decode) {
                bytes += note.text.utf8.count
                let isTooMuch = bytes > HistoryRange.maximumBytes && !page.notes.isEmpty
                guard page.notes.count < NotePage.limit, !isTooMuch else {
                    page.hasMore = true
                    break
                }
                page.notes.append(note)
            }
            return page
        }
    }
}
#endif
