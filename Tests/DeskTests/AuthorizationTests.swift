import Testing

@testable import Desk

struct AuthorizationTests {
    private let ticket = Ticket.sample()
    private let owner = Principal.guest(Guest.ID(rawValue: "g"), name: nil)
    private let stranger = Principal.guest(Guest.ID(rawValue: "x"), name: nil)
    private let agent = Principal.agent(Account.ID(rawValue: "a"), name: "Ann", role: .agent)

    private let admin = Principal.agent(Account.ID(rawValue: "b"), name: "Bea", role: .admin)

    private static let guestsOnly: [Action] = [.createTicket, .listOwnTickets, .endTicket, .updateOwnDetails]

    private static let adminsOnly: [Action] = [
        .manageAllSessions, .manageAccounts, .changeSettings, .manageGuestData, .manageSites, .changeCannedReplies,
        .readAudit,
    ]

    @Test func `agents may do everything but open tickets and what concerns everybody, admins that too`() throws {
        for action in Action.allCases where !(Self.guestsOnly + Self.adminsOnly).contains(action) {
            try authorize(agent, to: action, on: ticket)
            try authorize(admin, to: action, on: ticket)
        }
        for action in Self.adminsOnly {
            try authorize(admin, to: action)
            #expect(throws: DeskError.forbidden) { try authorize(agent, to: action) }
        }
        for person in [agent, admin] {
            for action in Self.guestsOnly {
                #expect(throws: DeskError.forbidden) { try authorize(person, to: action) }
            }
        }
    }

    @Test(
        arguments: [
            Action.listTickets, .closeTicket, .reopenTicket, .assignTicket, .manageOwnSessions, .listAgents,
            .setPresence, .readCannedReplies, .search, .writeNote, .readNotes,
        ] + adminsOnly
    )
    func `a guest is refused by role, whosever the ticket`(action: Action) {
        for guest in [owner, stranger] {
            #expect(throws: DeskError.forbidden) { try authorize(guest, to: action) }
            #expect(throws: DeskError.forbidden) { try authorize(guest, to: action, on: ticket) }
        }
    }

    @Test(arguments: [Action.readTicket, .postMessage, .sendTyping, .markRead, .endTicket])
    func `a guest may use the own ticket and finds no other`(action: Action) throws {
        try authorize(owner, to: action, on: ticket)
        #expect(throws: DeskError.notFound) { try authorize(stranger, to: action, on: ticket) }
    }

    @Test func `an account with the id of a guest is not that guest`() {
        let namesake = Principal.agent(Account.ID(rawValue: "g"), name: "G", role: .agent)
        #expect(namesake.isAgent && !owner.isAgent)
        #expect((owner.role, namesake.role) == (.guest, .agent))
    }

    @Test func `a guest without a name is called Guest`() {
        #expect(owner.author == Author(userID: "g", role: .guest, name: "Guest"))
        #expect(agent.author == Author(userID: "a", role: .agent, name: "Ann"))
    }
}
