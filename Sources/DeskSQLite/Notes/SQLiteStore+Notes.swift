package import Desk
import GRDB

extension SQLiteStore {
    package func addNote(
        to id: Ticket.ID,
        clientID: ClientID?,
        by author: Account.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (NoteFacts) throws(DeskError) -> Note
    ) async throws(DeskError) -> Note {
        try await commits.write { db in
            guard let ticket = try TicketRows.ticket(id, in: db) else { throw DeskError.notFound }
            let facts = NoteFacts(
                ticket: ticket,
                known: try clientID.flatMap { try NoteRows.note(by: author, clientID: $0, of: ticket, in: db) },
                lastNoteSeq: try NoteRows.lastSeq(of: ticket, in: db)
            )
            let note = try rule(facts)
            guard note != facts.known else { return GroupCommit.Outcome(answer: note) }
            try NoteRows.insert(note, of: ticket, in: db)
            return GroupCommit.Outcome(answer: note, events: [.noteAdded(note)], publish: publish)
        }
    }

    package func notes(of id: Ticket.ID, after seq: Int) async throws(DeskError) -> NotePage {
        try await read { db in
            guard let ticket = try TicketRows.ticket(id, in: db) else { throw DeskError.notFound }
            return try NoteRows.page(of: ticket, after: seq, in: db)
        }
    }
}
