import Desk
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

@Suite struct EventPayloadTests {
    @Test func `fields are read by their type, null is absent`() throws {
        let payload = try payload(#"{"s":"x","i":3,"b":false,"n":null,"ticketId":"t","clientId":"c"}"#)
        #expect(try payload.string("s") == "x")
        #expect(try payload.int("i") == 3)
        #expect(try !payload.bool("b"))
        #expect(try payload.optionalString("n") == nil)
        #expect(try payload.optionalInt("missing") == nil)
        #expect(try payload.nullableString("n") == nil)
        #expect(try payload.ticketID == Ticket.ID(rawValue: "t"))
        #expect(try payload.clientID == ClientID("c"))
    }

    @Test(arguments: [#"{}"#, #"{"f":null}"#, #"{"f":[]}"#, #"{"f":{}}"#, #"{"f":1.5}"#])
    func `what is missing or of another type is invalid, with the field's name`(text: String) throws {
        let payload = try payload(text)
        #expect(throws: DeskError.invalid(field: "f")) { try payload.string("f") }
        #expect(throws: DeskError.invalid(field: "f")) { try payload.int("f") }
        #expect(throws: DeskError.invalid(field: "f")) { try payload.bool("f") }
    }

    @Test func `a field that may be null must still be there`() throws {
        #expect(throws: DeskError.invalid(field: "agentId")) { try payload("{}").nullableString("agentId") }
    }

    private func payload(_ text: String) throws -> EventPayload {
        EventPayload(try #require(JSON(validating: ByteBuffer(string: text)).object))
    }
}
