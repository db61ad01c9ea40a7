/// Everything a principal can ask for, by socket or by HTTP.
package enum Action: Sendable, CaseIterable {
    case createTicket, listTickets, readTicket, postMessage, sendTyping, markRead
    case closeTicket, reopenTicket, assignTicket, search
    /// What guests do with their own.
    case listOwnTickets, endTicket, updateOwnDetails
    /// Also who else is looking.
    case writeNote, readNotes
    /// Which agents there are, and who is here.
    case listAgents, setPresence
    case readCannedReplies, changeCannedReplies
    /// Their own login sessions, password and second factor.
    case manageOwnSessions
    /// Everybody's login sessions.
    case manageAllSessions
    /// Who logs in, and as what.
    case manageAccounts
    /// What holds for everybody: the word filter, how long tickets are kept.
    case changeSettings
    /// All that is stored about a guest: taking it out, and erasing it.
    case manageGuestData
    case manageSites
    case readAudit

    fileprivate func isOpen(to role: Role) -> Bool {
        switch self {
        case .createTicket, .listOwnTickets, .endTicket, .updateOwnDetails: role == .guest
        case .readTicket, .postMessage, .sendTyping, .markRead: true
        case .listTickets, .closeTicket, .reopenTicket, .assignTicket, .search, .writeNote, .readNotes, .listAgents,
            .setPresence,
            .readCannedReplies, .manageOwnSessions:
            role != .guest
        case .manageAllSessions, .manageAccounts, .changeSettings, .manageGuestData, .manageSites, .changeCannedReplies,
            .readAudit:
            role == .admin
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
    guard action.isOpen(to: principal.role) else { throw .forbidden }
    if case .guest(let id, _) = principal, let ticket, ticket.customerID != id { throw .notFound }
}
