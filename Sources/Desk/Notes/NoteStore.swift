/// What a rule about a new note may look at, read inside the write.
package struct NoteFacts: Sendable {
    package var ticket: Ticket
    /// What an earlier call with the same author and client id stored.
    package var known: Note?
    /// Of the ticket's newest note; 0 if there is none.
    package var lastNoteSeq: Int

    package init(ticket: Ticket, known: Note?, lastNoteSeq: Int) {
        self.ticket = ticket
        self.known = known
        self.lastNoteSeq = lastNoteSeq
    }
}

/// The store's part for notes. They lie apart from messages and change nothing of a ticket.
package protocol NoteStore: Sendable {
    /// Stores what `rule` answers, unless that is the note it was told of, and then publishes it.
    ///
    /// - Throws: ``DeskError/notFound`` if there is no such ticket; whatever `rule` throws.
    func addNote(
        to ticket: Ticket.ID,
        clientID: ClientID?,
        by author: Account.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (NoteFacts) throws(DeskError) -> Note
    ) async throws(DeskError) -> Note

    /// The oldest ones with a higher ``Note/seq``, at most ``NotePage/limit`` and ``HistoryRange/maximumBytes`` of text.
    ///
    /// - Throws: ``DeskError/notFound`` if there is no such ticket.
    func notes(of ticket: Ticket.ID, after seq: Int) async throws(DeskError) -> NotePage
}
