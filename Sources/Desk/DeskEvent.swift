/// What others must hear of, handed to ``Desk``'s `publish` once it is committed.
package enum DeskEvent: Sendable, Equatable {
    /// A new ticket, its first message (if it came with one) included in `lastSeq` and `lastText`;
    /// no ``messagePosted(_:ticket:)`` follows for that message, for nobody can be in the room yet.
    case ticketCreated(Ticket)
    case ticketUpdated(Ticket)
    case ticketClosed(Ticket, by: Author)
    case messagePosted(Message, ticket: Ticket)
    case noteAdded(Note)
    case readMoved(Ticket.ID, reader: Author, seq: Int)
    case cannedRepliesChanged
    /// A site has said who that was. What the guest had is another's by now, and their sockets have to go.
    case guestRetired(Guest.ID)
    /// Tickets are gone: all of that guest's, or, with nil, some that were kept for long enough. What others know may
    /// be stale; it says nothing else, and may come between any other two.
    case erased(Guest.ID?)
}
