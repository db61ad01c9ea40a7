package import Desk
import NIOCore
import SocketIO

/// Everything stored about one guest, as one JSON document: `{"guest":{...},"tickets":[{"ticket":{...},"messages":[...]}]}`,
/// spelled as on the wire.
package struct GuestExport {
    private var text = ByteBuffer()
    private var ticket: Ticket?

    /// - Throws: ``DeskError/notFound`` for a guest who is not stored.
    package static func make(of id: Guest.ID, from desk: Desk) async throws(DeskError) -> String {
        var export = GuestExport()
        try await desk.export(id, guest: { export.begin($0) }, page: { export.add($0) })
        return export.end()
    }

    private mutating func begin(_ guest: Guest) {
        let json = JSON.object { fields in
            fields.field("guestId", guest.id.rawValue)
            fields.field("name", guest.name)
            fields.field("email", guest.email)
            fields.field("verified", guest.isVerified)
            fields.field("createdAt", guest.createdAt.iso8601)
        }
        text.writeString("{\"guest\":")
        text.writeImmutableBuffer(json.text)
        text.writeString(",\"tickets\":[")
    }

    private mutating func add(_ page: History) {
        let isFirst = page.ticket.id != ticket?.id
        if isFirst {
            endTicket()
            if ticket != nil { text.writeString(",") }
            ticket = page.ticket
            text.writeString("{\"ticket\":")
            text.writeImmutableBuffer(WireFormat.ticket(page.ticket).text)
            text.writeString(",\"messages\":[")
        }
        for (index, message) in page.messages.enumerated() {
            if !isFirst || index > 0 { text.writeString(",") }
            text.writeImmutableBuffer(WireFormat.message(message).text)
        }
    }

    private mutating func endTicket() {
        if ticket != nil { text.writeString("]}") }
    }

    private mutating func end() -> String {
        endTicket()
        text.writeString("]}")
        return String(buffer: text)
    }
}
