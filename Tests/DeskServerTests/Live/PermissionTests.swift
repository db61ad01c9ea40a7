import Desk
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

/// Who may do what, for every event that is registered: an event without a row here fails.
@Suite(.timeLimit(.minutes(2))) struct PermissionTests {
    /// What is asked for, and of which kind the ticket is.
    private enum Target: CaseIterable {
        case own, others, closed, missing
    }

    private struct Row {
        /// Besides the ticket's id.
        var payload: String
        /// The code of the refusal for each target, nil if it is done; in the order of ``Target``.
        var guest: [String?]
        /// For agents and admins, to whom every ticket is their own.
        var agent: [String?]
        /// For admins where they may do more.
        var admin: [String?]?
    }

    private static let done: [String?] = [nil, nil, nil, nil]
    /// Of all whose role never may.
    private static let refused: [String?] = ["forbidden", "forbidden", "forbidden", "forbidden"]
    private static let ownOnly: [String?] = [nil, "not_found", nil, "not_found"]
    private static let anyTicket: [String?] = [nil, nil, nil, "not_found"]

    private static let rows: [String: Row] = [
        "ticket:create": Row(payload: "", guest: done, agent: refused),
        "ticket:list": Row(payload: "", guest: refused, agent: done),
        "ticket:join": Row(payload: "", guest: ownOnly, agent: anyTicket),
        "ticket:close": Row(payload: "", guest: refused, agent: anyTicket),
        "ticket:reopen": Row(payload: "", guest: refused, agent: anyTicket),
        "ticket:assign": Row(payload: #","agentId":null"#, guest: refused, agent: anyTicket),
        "ticket:mine": Row(payload: "", guest: done, agent: refused),
        "ticket:end": Row(payload: "", guest: ownOnly, agent: refused),
        "guest:update": Row(payload: #","name":"Zoe""#, guest: done, agent: refused),
        "note:add": Row(payload: #","text":"psst""#, guest: refused, agent: anyTicket),
        "note:list": Row(payload: "", guest: refused, agent: anyTicket),
        "ticket:viewing": Row(payload: #","state":"reading""#, guest: refused, agent: anyTicket),
        "ticket:search": Row(payload: #","query":"word""#, guest: refused, agent: done),
        "agent:list": Row(payload: "", guest: refused, agent: done),
        "presence:set": Row(payload: #","status":"online""#, guest: refused, agent: done),
        "canned:list": Row(payload: "", guest: refused, agent: done),
        "canned:save": Row(payload: #","title":"Hi","text":"Hello""#, guest: refused, agent: refused, admin: done),
        "canned:delete": Row(
            payload: #","cannedId":"none""#,
            guest: refused,
            agent: refused,
            admin: ["not_found", "not_found", "not_found", "not_found"]
        ),
        "room:leave": Row(payload: "", guest: done, agent: done),
        "chat:message": Row(
            payload: #","text":"hello""#,
            guest: [nil, "not_found", "closed", "not_found"],
            agent: [nil, nil, "closed", "not_found"]
        ),
        "chat:history": Row(payload: "", guest: ownOnly, agent: anyTicket),
        "chat:typing": Row(payload: #","typing":true"#, guest: ownOnly, agent: anyTicket),
        "chat:read": Row(payload: #","seq":1"#, guest: ownOnly, agent: anyTicket),
    ]

    @Test func `every event is done or refused by role and ticket as the table says`() async throws {
        try await TestServer.run {
            $0.limits = nil
        } _: { server in
            #expect(Set(server.eventNames) == Set(Self.rows.keys))
            let (_, agentCookie) = try await server.hire("ada")
            let (_, adminCookie) = try await server.hire("root", role: .admin)
            let agent = try await SocketClient(server.client, connect: "40", headers: ["cookie": agentCookie])
            let admin = try await SocketClient(server.client, connect: "40", headers: ["cookie": adminCookie])
            for name in server.eventNames.sorted() {
                guard let row = Self.rows[name] else { continue }
                for (role, caller) in [("guest", nil), ("agent", agent), ("admin", admin)] {
                    // Tickets of its own for each, since some events change them.
                    let guest = try await SocketClient(server.client)
                    let stranger = try await SocketClient(server.client)
                    let expected =
                        switch role {
                        case "guest": row.guest
                        case "admin": row.admin ?? row.agent
                        default: row.agent
                        }
                    for (target, code) in zip(Target.allCases, expected) {
                        let id: String
                        switch target {
                        case .own: id = try await ticket(by: guest)
                        case .others: id = try await ticket(by: stranger)
                        case .closed:
                            id = try await ticket(by: guest)
                            _ = try await admin.call("ticket:close", #"{"ticketId":"\#(id)"}"#)
                        case .missing: id = "AbCdEfGhIjKlMnOpQrStUv"
                        }
                        let ack = try await (caller ?? guest).call(name, #"{"ticketId":"\#(id)"\#(row.payload)}"#)
                        let found = ack.firstMatch(of: /"code":"([a-z_]+)"/).map { String($0.1) }
                        #expect(found == code, "\(role) \(name) \(target): \(ack.prefix(200))")
                        #expect(ack.hasPrefix(code == nil ? #"437[{"ok":true"# : #"437[{"ok":false"#))
                    }
                }
            }
        }
    }

    private func ticket(by guest: SocketClient) async throws -> String {
        let ack = try await guest.call("ticket:create", #"{"text":"help"}"#)
        return try String(#require(ack.firstMatch(of: /"ticketId":"([^"]+)"/)).1)
    }
}
