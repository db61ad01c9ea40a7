import Desk
import SocketIO

/// The fields of an event's object, or of a request's. Null counts as absent.
struct EventPayload {
    private let object: JSONObject

    init(_ object: JSONObject) {
        self.object = object
    }

    func string(_ name: String) throws(DeskError) -> String {
        guard let value = try optionalString(name) else { throw .invalid(field: name) }
        return value
    }

    func optionalString(_ name: String) throws(DeskError) -> String? {
        try optional(name, as: \.string)
    }

    func int(_ name: String) throws(DeskError) -> Int {
        guard let value = try optionalInt(name) else { throw .invalid(field: name) }
        return value
    }

    func optionalInt(_ name: String) throws(DeskError) -> Int? {
        try optional(name, as: \.int)
    }

    func bool(_ name: String) throws(DeskError) -> Bool {
        guard let value = try optionalBool(name) else { throw .invalid(field: name) }
        return value
    }

    func optionalBool(_ name: String) throws(DeskError) -> Bool? {
        try optional(name, as: \.bool)
    }

    func optionalArray(_ name: String) throws(DeskError) -> [JSON]? {
        try optional(name, as: \.array)
    }

    func optionalObject(_ name: String) throws(DeskError) -> EventPayload? {
        try optional(name, as: \.object).map(EventPayload.init)
    }

    /// A field that must be there, but may be null.
    func nullableString(_ name: String) throws(DeskError) -> String? {
        guard object[name] != nil else { throw .invalid(field: name) }
        return try optionalString(name)
    }

    /// Null is as empty: it takes away what was there. Nil if there is no such field.
    func text(_ name: String) throws(DeskError) -> String? {
        guard object[name] != nil else { return nil }
        return try optionalString(name) ?? ""
    }

    var ticketID: Ticket.ID {
        get throws(DeskError) { Ticket.ID(rawValue: try string("ticketId")) }
    }

    var clientID: ClientID? {
        get throws(DeskError) {
            guard let text = try optionalString("clientId") else { return nil }
            return try ClientID(text)
        }
    }

    private func optional<Value>(_ name: String, as read: (JSON) -> Value?) throws(DeskError) -> Value? {
        guard let json = object[name], !json.isNull else { return nil }
        guard let value = read(json) else { throw .invalid(field: name) }
        return value
    }
}
