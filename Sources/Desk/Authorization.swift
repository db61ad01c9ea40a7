/// Everything a principal can ask for.
package enum Action: Sendable, CaseIterable {
    case createTicket, listTickets, readTicket, postMessage, sendTyping, markRead
    case closeTicket, reopenTicket, assignTicket

    fileprivate var isForAgentsOnly: Bool {
        switch self {
        case .listTickets, .closeTicket, .reopenTicket, .assignTicket: true
        case .createTicket, .readTicket, .postMessage, .sendTyping, .markRead: false
        }
    }
}

/// The one place that says who may do what.
///
/// The role is judged before the ticket, so it may be called without one (before the ticket is read)
/// and again with it.
///
/// - Throws: ``DeskError/forbidden`` if the role never may; ``DeskError/notFound`` for a guest and a
///   ticket of somebody else, the same as for a ticket that does not exist.
package func authorize(_ principal: Principal, to action: Action, on ticket: Ticket? = nil) throws(DeskError) {
    switch principal {
    case .agent:
        guard action != .createTicket else { throw .forbidden }
    case .guest(let id, _):
        guard !action.isForAgentsOnly else { throw .forbidden }
        if let ticket, ticket.customerID != id { throw .notFound }
    }
}
