extension Desk {
    /// Stores a note, on an open or a closed ticket. A retry with the same `clientID` by the same author gives the note
    /// stored first, and publishes nothing.
    ///
    /// - Throws: ``DeskError/forbidden`` for a guest; ``DeskError/notFound``; ``DeskError/invalid(field:)`` with `text`.
    package func addNote(
        _ text: String,
        to id: Ticket.ID,
        clientID: ClientID? = nil,
        by principal: Principal
    ) async throws(DeskError) -> Note {
        try authorize(principal, to: .writeNote)
        guard case .agent(let authorID, let name, _) = principal else { throw .forbidden }
        let text = try TextRule.message.required(text)
        let (noteID, now) = (Note.ID(rawValue: makeID()), now())
        return try await store.addNote(to: id, clientID: clientID, by: authorID, publish: publish) { facts in
            facts.known
                ?? Note(
                    id: noteID,
                    ticketID: id,
                    seq: facts.lastNoteSeq + 1,
                    afterSeq: facts.ticket.lastSeq,
                    authorID: authorID,
                    authorName: name,
                    text: text,
                    timestamp: now,
                    clientID: clientID
                )
        }
    }

    /// - Throws: ``DeskError/forbidden`` for a guest; ``DeskError/notFound``; ``DeskError/invalid(field:)`` with
    ///   `afterNoteSeq` below 0.
    package func notes(
        of id: Ticket.ID,
        after seq: Int = 0,
        for principal: Principal
    ) async throws(DeskError) -> NotePage {
        try authorize(principal, to: .readNotes)
        guard seq >= 0 else { throw .invalid(field: "afterNoteSeq") }
        return try await store.notes(of: id, after: seq)
    }
}
