import Desk

/// Who is here: a pure value that says whom to tell what.
///
/// Agents hear of each other and of guests who have an open ticket. Guests hear whether there is any
/// agent at all. Whoever goes is still here for ``grace``, so that a reload does not flicker.
struct PresenceBoard {
    enum Notice: Equatable {
        case toAgents(role: Role, userID: String, isOnline: Bool)
        case toGuests(isOnline: Bool)
    }

    private struct Person {
        var role: Role
        var sockets = 0
        /// Of a guest, as far as this server has heard of them since they came.
        var openTickets: Set<Ticket.ID> = []

        var isAgent: Bool { role != .guest }
        /// Whether agents see them.
        var isListed: Bool { isAgent || !openTickets.isEmpty }
    }

    private let grace: Duration
    private var people: [String: Person] = [:]
    /// Those without a socket, and when they count as gone.
    private var leaving: [String: Timestamp] = [:]
    private var agentCount = 0

    init(grace: Duration) {
        self.grace = grace
    }

    /// What guests hear of the agents.
    var isAnyAgentHere: Bool { agentCount > 0 }

    /// A socket of this principal has connected.
    mutating func arrive(_ principal: Principal) -> [Notice] {
        leaving[principal.userID] = nil
        var person = people[principal.userID] ?? Person(role: principal.role)
        person.role = principal.role
        person.sockets += 1
        return put(person, for: principal.userID)
    }

    /// A socket of this principal has gone. Nobody is told before ``sweep(at:)``.
    mutating func leave(_ principal: Principal, at now: Timestamp) {
        guard let sockets = people[principal.userID]?.sockets else { return }
        people[principal.userID]?.sockets = sockets - 1
        if sockets <= 1 { leaving[principal.userID] = now.advanced(by: grace) }
    }

    /// Something happened to a ticket, or its owner looked at it.
    mutating func see(_ ticket: Ticket) -> [Notice] {
        guard var person = people[ticket.customerID.rawValue] else { return [] }
        if ticket.status == .open {
            person.openTickets.insert(ticket.id)
        } else {
            person.openTickets.remove(ticket.id)
        }
        return put(person, for: ticket.customerID.rawValue)
    }

    /// Drops those whose time of grace is over.
    mutating func sweep(at now: Timestamp) -> [Notice] {
        let gone = leaving.filter { $0.value <= now }.keys.sorted()
        return gone.flatMap { id in
            leaving[id] = nil
            return put(nil, for: id)
        }
    }

    /// All that somebody who has just come must be told.
    func state(for principal: Principal) -> [Notice] {
        guard principal.isAgent else { return [.toGuests(isOnline: isAnyAgentHere)] }
        return people.filter(\.value.isListed).sorted { $0.key < $1.key }
            .map { .toAgents(role: $0.value.role, userID: $0.key, isOnline: true) }
    }

    /// Replaces one person, and compares what others could see before and after.
    private mutating func put(_ person: Person?, for id: String) -> [Notice] {
        let before = people[id]
        people[id] = person
        let agentsBefore = agentCount
        agentCount += (person?.isAgent == true ? 1 : 0) - (before?.isAgent == true ? 1 : 0)
        var notices: [Notice] = []
        let (wasListed, isListed) = (before?.isListed ?? false, person?.isListed ?? false)
        if wasListed != isListed, let role = person?.role ?? before?.role {
            notices.append(.toAgents(role: role, userID: id, isOnline: isListed))
        }
        if (agentsBefore > 0) != (agentCount > 0) { notices.append(.toGuests(isOnline: agentCount > 0)) }
        return notices
    }
}
