/// Names a session: the `sid` of engine.io-protocol 4. 120 bits of the system's random source as base64url, 20
/// characters: whoever knows it may speak for the session.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it stands in the query string.
    public let description: String

    /// An id received from a client.
    init(_ description: String) {
        self.description = description
    }

    /// A new id. From any thread.
    public static func random() -> SessionID {
        var generator = SystemRandomNumberGenerator()
        return SessionID(Base64.encodeURL((0..<15).map { _ in UInt8.random(in: .min ... .max, using: &generator) }))
    }
}
