import Desk
import SocketIO

/// Who is here: a pure value that says whom to tell what.
///
/// Agents hear of each other and of guests who have an open ticket. Guests hear whether any agent is here and not
/// away. A socket that goes still counts for ``grace``, so that a reload does not flicker.
struct PresenceBoard {
    /// The spelling is that of the wire.
    enum Status: String {
        case online, away, offline
    }

    enum Notice: Equatable {
        case toAgents(role: Role, userID: String, status: Status)
        case toGuests(isOnline: Bool)
    }

    private struct Tab {
        let socket: SocketID
        /// The other node that it is connected to; nil if it is this one.
        var node: String?
        /// From where a guest came to that node.
        var address: String?
        /// Its page says that nobody has touched it for a while.
        var isIdle = false
        /// It counts until the time of grace is over; see ``leaving``.
        var hasGone = false

        /// What it counts for among the sockets that other nodes have.
        var addressElsewhere: String? { node != nil && !hasGone ? address : nil }
    }

    private struct Person {
        var role: Role
        /// Few. An array, as each guest has one: a dictionary takes three times the memory.
        private(set) var tabs: [Tab] = []
        /// Said by hand, and so true whatever the tabs say.
        var isAwayByHand = false
        /// Of a guest, as far as this server has heard of them since they came.
        private(set) var openTickets: [Ticket.ID] = []

        var isAgent: Bool { role != .guest }

        /// As agents see it.
        var status: Status {
            guard isAgent else { return openTickets.isEmpty ? .offline : .online }
            return isAwayByHand || tabs.allSatisfy(\.isIdle) ? .away : .online
        }

        /// Whether guests may expect an answer.
        var isAvailable: Bool { isAgent && status == .online }

        subscript(socket: SocketID) -> Tab? {
            get { tabs.first { $0.socket == socket } }
            set {
                tabs.removeAll { $0.socket == socket }
                if let newValue { tabs.append(newValue) }
            }
        }

        mutating func see(_ ticket: Ticket.ID, isOpen: Bool) {
            openTickets.removeAll { $0 == ticket }
            if isOpen { openTickets.append(ticket) }
        }
    }

    private let grace: Duration
    private var people: [String: Person] = [:]
    /// The sockets that have gone and still count, whose they are, and until when.
    private var leaving: [SocketID: (id: String, endsAt: Timestamp)] = [:]
    private var availableCount = 0
    /// The guests' sockets of other nodes, by where they came from.
    private var elsewhere: [String: Int] = [:]

    init(grace: Duration) {
        self.grace = grace
    }

    /// Whether any agent is here and not away.
    var isAnyAgentHere: Bool { availableCount > 0 }

    func status(of id: String) -> Status {
        people[id]?.status ?? .offline
    }

    /// A socket of this principal has connected. Whatever of theirs has gone is made up for by it.
    mutating func arrive(
        _ principal: Principal,
        on socket: SocketID,
        isIdle: Bool = false,
        from address: String? = nil,
        of node: String? = nil
    ) -> [Notice] {
        var person = people[principal.userID] ?? Person(role: principal.role)
        person.role = principal.role
        for tab in person.tabs where tab.hasGone {
            person[tab.socket] = nil
            leaving[tab.socket] = nil
        }
        let tab = Tab(socket: socket, node: node, address: address, isIdle: isIdle)
        count(person[socket], -1)
        count(tab, 1)
        person[socket] = tab
        return put(person, for: principal.userID)
    }

    /// A socket of this principal has gone. Nobody is told before ``sweep(at:)``.
    mutating func leave(_ principal: Principal, on socket: SocketID, at now: Timestamp) {
        end(socket, of: principal.userID, at: now)
    }

    private mutating func end(_ socket: SocketID, of id: String, at now: Timestamp) {
        guard let tab = people[id]?[socket] else { return }
        count(tab, -1)
        people[id]?[socket]?.hasGone = true
        leaving[socket] = (id, endsAt: now.advanced(by: grace))
    }

    private mutating func count(_ tab: Tab?, _ difference: Int) {
        guard let address = tab?.addressElsewhere else { return }
        let count = elsewhere[address, default: 0] + difference
        elsewhere[address] = count > 0 ? count : nil
    }

    /// An agent says that they are away, or back.
    mutating func setAway(_ isAway: Bool, by principal: Principal, on socket: SocketID) -> [Notice] {
        guard var person = people[principal.userID], person.isAgent else { return [] }
        person.isAwayByHand = isAway
        // Whoever can say so is here.
        if !isAway { person[socket]?.isIdle = false }
        return put(person, for: principal.userID)
    }

    /// A page of an agent's says that nobody has touched it for a while, or that somebody has. The agent is away when
    /// all their pages say so.
    mutating func setIdle(_ isIdle: Bool, by principal: Principal, on socket: SocketID) -> [Notice] {
        guard var person = people[principal.userID], person.isAgent else { return [] }
        person[socket]?.isIdle = isIdle
        return put(person, for: principal.userID)
    }

    /// Something happened to a ticket, or its owner looked at it.
    mutating func see(_ ticket: Ticket) -> [Notice] {
        see(ticket.id, of: ticket.customerID, isOpen: ticket.status == .open)
    }

    private mutating func see(_ ticket: Ticket.ID, of guest: Guest.ID, isOpen: Bool) -> [Notice] {
        guard var person = people[guest.rawValue] else { return [] }
        person.see(ticket, isOpen: isOpen)
        return put(person, for: guest.rawValue)
    }

    /// Drops the sockets whose time of grace is over, and the people who have no other.
    mutating func sweep(at now: Timestamp) -> [Notice] {
        // After a storm of connections these are many, and looked through each second.
        let due = leaving.filter { $0.value.endsAt <= now }
        for socket in due.keys { leaving[socket] = nil }
        return Dictionary(grouping: due) { $0.value.id }.sorted { $0.key < $1.key }
            .flatMap { id, tabs -> [Notice] in
                guard var person = people[id] else { return [] }
                for (socket, _) in tabs { person[socket] = nil }
                return put(person.tabs.isEmpty ? nil : person, for: id)
            }
    }

    /// All that somebody who has just come must be told.
    func state(for principal: Principal) -> [Notice] {
        guard principal.isAgent else { return [.toGuests(isOnline: isAnyAgentHere)] }
        return people.filter { $0.value.status != .offline }.sorted { $0.key < $1.key }
            .map { .toAgents(role: $0.value.role, userID: $0.key, status: $0.value.status) }
    }

    // MARK: - Of several nodes

    /// Does what happened on another node, or here.
    mutating func apply(_ change: PresenceChange, of node: String? = nil, at now: Timestamp) -> [Notice] {
        switch change {
        case .arrive(let principal, let socket, let isIdle, let address):
            return arrive(principal, on: socket, isIdle: isIdle, from: address, of: node)
        case .leave(let principal, let socket):
            leave(principal, on: socket, at: now)
            return []
        case .away(let principal, let socket, let isAway): return setAway(isAway, by: principal, on: socket)
        case .idle(let principal, let socket, let isIdle): return setIdle(isIdle, by: principal, on: socket)
        case .ticket(let ticket, let guest, let isOpen): return see(ticket, of: guest, isOpen: isOpen)
        }
    }

    /// Whether other nodes have to hear of it: what happens to tickets mostly changes nothing here.
    func isNews(_ change: PresenceChange) -> Bool {
        guard case .ticket(let ticket, let guest, let isOpen) = change else { return true }
        guard let person = people[guest.rawValue] else { return false }
        return person.openTickets.contains(ticket) != isOpen
    }

    /// The sockets of another node have gone, but for those that `changes` names.
    mutating func end(_ node: String, but changes: [PresenceChange] = [], at now: Timestamp) {
        let there = Set(
            changes.compactMap { change in
                if case .arrive(_, let socket, _, _) = change { socket } else { nil }
            }
        )
        for (id, person) in people {
            for tab in person.tabs where tab.node == node && !tab.hasGone && !there.contains(tab.socket) {
                end(tab.socket, of: id, at: now)
            }
        }
    }

    func socketsElsewhere(of id: String) -> Int {
        people[id]?.tabs.count { $0.node != nil && !$0.hasGone } ?? 0
    }

    /// How many guests' sockets from that address other nodes have.
    func socketsElsewhere(from address: String) -> Int {
        elsewhere[address, default: 0]
    }

    /// Everything that a node that knows nothing has to be told of the sockets of this one.
    var own: [PresenceChange] {
        people.flatMap { id, person -> [PresenceChange] in
            let principal: Principal =
                person.isAgent
                ? .agent(Account.ID(rawValue: id), name: "", role: person.role)
                : .guest(Guest.ID(rawValue: id), name: nil)
            let here = person.tabs.filter { $0.node == nil && !$0.hasGone }
            guard let first = here.first else { return [] }
            return here.map { .arrive(principal, $0.socket, isIdle: $0.isIdle, from: $0.address) }
                + (person.isAgent ? [.away(principal, first.socket, person.isAwayByHand)] : [])
                + person.openTickets.map { .ticket($0, of: Guest.ID(rawValue: id), isOpen: true) }
        }
    }

    /// Replaces one person, and compares what others could see before and after.
    private mutating func put(_ person: Person?, for id: String) -> [Notice] {
        let before = people[id]
        people[id] = person
        let wasAnyAvailable = isAnyAgentHere
        availableCount += (person?.isAvailable == true ? 1 : 0) - (before?.isAvailable == true ? 1 : 0)
        var notices: [Notice] = []
        let (old, new) = (before?.status ?? .offline, person?.status ?? .offline)
        if old != new, let role = person?.role ?? before?.role {
            notices.append(.toAgents(role: role, userID: id, status: new))
        }
        if wasAnyAvailable != isAnyAgentHere { notices.append(.toGuests(isOnline: isAnyAgentHere)) }
        return notices
    }
}
