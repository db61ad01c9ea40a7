import Desk
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

@Suite struct WireFormatTests {
    @Test func `a new ticket leaves out what it does not have`() {
        expect(
            WireFormat.ticket(Sample.ticket()),
            #"{"ticketId":"ticket-1","number":7,"customerId":"guest-1","verified":false,"siteId":"default","subject":"Help","#
                + #""status":"open","createdAt":"2026-11-18T11:06:40.123Z","lastSeq":0,"#
                + #""reads":{"guest":0,"agents":0},"version":1}"#
        )
    }

    @Test func `a ticket with everything has every field, unread only where somebody reads`() {
        var ticket = Sample.ticket()
        ticket.customerName = "Grace"
        ticket.customerEmail = "grace@example.com"
        ticket.verified = true
        ticket.status = .closed
        ticket.closedAt = Sample.start
        ticket.closedBy = Sample.agent().author
        ticket.assigneeID = Account.ID(rawValue: "agent-1")
        ticket.assigneeName = "Ada"
        ticket.lastSeq = 3
        ticket.lastMessageAt = Sample.start
        ticket.lastText = "Bye"
        ticket.lastSenderRole = .guest
        ticket.reads = Ticket.Reads(guest: 3, agents: 1)
        ticket.version = 5
        let known =
            #"{"ticketId":"ticket-1","number":7,"customerId":"guest-1","customerName":"Grace","#
            + #""customerEmail":"grace@example.com","verified":true,"siteId":"default","subject":"Help","status":"closed","#
            + #""createdAt":"2026-11-18T11:06:40.123Z","closedAt":"2026-11-18T11:06:40.123Z","#
            + #""closedBy":{"userId":"agent-1","role":"agent","name":"Ada"},"#
            + #""assigneeId":"agent-1","assigneeName":"Ada","lastSeq":3,"#
            + #""lastMessageAt":"2026-11-18T11:06:40.123Z","lastText":"Bye","lastSenderRole":"guest","reads":{"guest":3,"agents":1},"version":5"#
        expect(WireFormat.ticket(ticket), known + "}")
        expect(WireFormat.ticket(ticket, unreadFor: .admin), known + #","unread":2}"#)
        expect(WireFormat.ticket(ticket, unreadFor: .guest), known + #","unread":0}"#)
        expect(
            WireFormat.activity(ticket),
            #"{"ticketId":"ticket-1","lastSeq":3,"lastMessageAt":"2026-11-18T11:06:40.123Z","lastText":"Bye","#
                + #""senderRole":"guest","version":5}"#
        )
        expect(
            WireFormat.ticketClosed(ticket, by: Sample.agent().author),
            #"{"ticketId":"ticket-1","closedAt":"2026-11-18T11:06:40.123Z","#
                + #""closedBy":{"userId":"agent-1","role":"agent","name":"Ada"},"ticket":\#(known)}}"#
        )
    }

    @Test func `a message is flat`() throws {
        var message = Message(
            id: Message.ID(rawValue: "m"),
            ticketID: Sample.ticket().id,
            seq: 2,
            sender: Sample.guest().author,
            text: "say \"hi\"\n",
            timestamp: Sample.start,
            clientID: nil
        )
        let known =
            #"{"messageId":"m","ticketId":"ticket-1","seq":2,"senderId":"guest-1","senderRole":"guest","#
            + #""senderName":"Guest","text":"say \"hi\"\n","timestamp":"2026-11-18T11:06:40.123Z""#
        expect(WireFormat.message(message), known + "}")
        message.clientID = try ClientID("c1")
        expect(WireFormat.message(message), known + #","clientId":"c1"}"#)
    }

    @Test func `a session tells a guest its token and an agent its end`() {
        expect(
            WireFormat.session(Identity(principal: Sample.guest(), login: nil, guestToken: "v1.x"), at: Sample.start),
            #"{"userId":"guest-1","role":"guest","name":"Guest","verified":false,"guestToken":"v1.x","#
                + #""serverTime":"2026-11-18T11:06:40.123Z"}"#
        )
        expect(
            WireFormat.session(
                Identity(principal: Sample.agent(), login: Sample.login(), guestToken: nil),
                at: Sample.start
            ),
            #"{"userId":"agent-1","role":"agent","name":"Ada","expiresAt":"2026-11-18T23:06:40.123Z","#
                + #""serverTime":"2026-11-18T11:06:40.123Z"}"#
        )
    }

    @Test func `guests hear of agents as a whole`() {
        expect(WireFormat.presence(.toGuests(isOnline: true)), #"{"role":"agent","online":true}"#)
        expect(
            WireFormat.presence(.toAgents(role: .guest, userID: "g", status: .offline)),
            #"{"role":"guest","userId":"g","online":false}"#
        )
        expect(
            WireFormat.presence(.toAgents(role: .admin, userID: "a", status: .away)),
            #"{"role":"admin","userId":"a","online":true,"status":"away"}"#
        )
    }

    @Test func `agents see each other and their canned replies`() {
        expect(
            WireFormat.colleague(Sample.account(), .offline),
            #"{"agentId":"agent-1","name":"Ada","username":"ada","role":"agent","status":"offline"}"#
        )
        let reply = CannedReply(id: CannedReply.ID(rawValue: "r"), title: "Hi", text: "Hello", updatedAt: Sample.start)
        expect(
            WireFormat.cannedReplies([reply]),
            #"{"replies":[{"cannedId":"r","title":"Hi","text":"Hello","updatedAt":"2026-11-18T11:06:40.123Z"}]}"#
        )
    }

    @Test func `signs of life name who gives them`() {
        let author = Sample.agent().author
        expect(
            WireFormat.typing(true, in: Sample.ticket().id, by: author),
            #"{"ticketId":"ticket-1","userId":"agent-1","role":"agent","name":"Ada","typing":true}"#
        )
        expect(
            WireFormat.read(4, in: Sample.ticket().id, by: author),
            #"{"ticketId":"ticket-1","userId":"agent-1","role":"agent","seq":4}"#
        )
        expect(WireFormat.revoked(.passwordChanged), #"{"reason":"password_changed"}"#)
    }

    @Test(arguments: [
        (DeskError.notFound, "not_found"), (.forbidden, "forbidden"), (.closed, "closed"), (.conflict, "conflict"),
        (.unauthorized, "unauthorized"), (.tooLarge, "too_large"), (.unavailable, "unavailable"),
    ])
    func `an error is a code and a sentence`(error: DeskError, code: String) throws {
        let object = try #require(WireError(error).json.object)
        #expect(object["code"]?.string == code)
        #expect(object["message"]?.string?.isEmpty == false)
        #expect(object.fields.count == 2)
    }

    @Test func `an error names its field or how long to wait`() {
        expect(
            WireError(.invalid(field: "text")).json,
            #"{"code":"invalid","message":"A field is not valid.","field":"text"}"#
        )
        expect(
            WireError(.rateLimited(retryAfter: .milliseconds(1500))).json,
            #"{"code":"rate_limited","message":"Too many requests.","retryAfterMs":1500}"#
        )
    }

    private func expect(_ json: JSON, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(String(buffer: json.text) == text, sourceLocation: sourceLocation)
    }
}
