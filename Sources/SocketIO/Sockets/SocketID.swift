import EngineIO

/// Names a socket within the server: 120 random bits. It is also the room that only this socket is in.
public struct SocketID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The id as the client knows it.
    public let rawValue: String

    /// Takes an id that was made elsewhere.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The id as the client knows it.
    public var description: String { self.rawValue }

    static func random() -> SocketID {
        SocketID(rawValue: SessionID.random().description)
    }
}

/// Names a room. A socket's id is a room of its own.
public typealias Room = String
