package import Desk
import NIOCore
import SocketIO

/// Everything stored about one guest, as one JSON document: `{"guest":{...},"tickets":[{"ticket":{...},"messages":[...]}]}`,
/// spelled as on the wire.
package struct GuestExport: Sendable {
    private var data: GuestData
    private var ticket: Ticket?
    private var isAtEnd = false

    package init(_ data: GuestData) {
        self.data = data
    }

    /// The next piece of the document, read when it is asked for; nil after the last.
    package mutating func next() async throws(DeskError) -> String? {
        switch try await data.next() {
        case .guest(let guest): return String(buffer: Self.begin(guest))
        case .page(let page): return String(buffer: add(page))
        case nil:
            defer { isAtEnd = true }
            return isAtEnd ? nil : end()
        }
    }

    private static func begin(_ guest: Guest) -> ByteBuffer {
        let json = JSON.object { fields in
            fields.field("guestId", guest.id.rawValue)
            fields.field("name", guest.name)
            fields.field("email", guest.email)
            fields.field("verified", guest.isVerified)
            fields.field("createdAt", guest.createdAt.iso8601)
        }
        var text = ByteBuffer(string: "{\"guest\":")
        text.writeImmutableBuffer(json.text)
        text.writeString(",\"tickets\":[")
        return text
    }

    private mutating func add(_ page: History) -> ByteBuffer {
        var text = ByteBuffer()
        let isFirst = page.ticket.id != ticket?.id
        if isFirst {
            if ticket != nil { text.writeString("]},") }
            ticket = page.ticket
            text.writeString("{\"ticket\":")
            text.writeImmutableBuffer(WireFormat.ticket(page.ticket).text)
            text.writeString(",\"messages\":[")
        }
        for (index, message) in page.messages.enumerated() {
            if !isFirst || index > 0 { text.writeString(",") }
            text.writeImmutableBuffer(WireFormat.message(message).text)
        }
        return text
    }

    private func end() -> String {
        ticket == nil ? "]}" : "]}]}"
    }
}
