import EngineIO

/// Names a socket within the server: 120 random bits, 20 characters. It is also the room that only this socket is in. Each
/// namespace a client enters, and each time it enters, gives another one; it is no secret, and not the session's id of
/// Engine.IO.
public struct SocketID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The id as the client knows it: `socket.id` in JavaScript.
    public let rawValue: String

    /// Takes an id that was made elsewhere.
    ///
    /// - Parameter rawValue: is not checked; an id that no socket has reaches nobody.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The same as ``rawValue``.
    public var description: String { self.rawValue }

    static func random() -> SocketID {
        SocketID(rawValue: SessionID.random().description)
    }
}

/// Names a room. Rooms come into being when a socket joins and go when the last one leaves. A socket's id is a room of its
/// own, so names that clients choose should have a prefix.
public typealias Room = String
