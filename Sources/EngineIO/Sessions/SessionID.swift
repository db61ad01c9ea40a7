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
        // The system is asked for each number: two, not one for each byte.
        let bits = (generator.next(), generator.next())
        return withUnsafeBytes(of: bits) { SessionID(Base64.encodeURL($0.prefix(15))) }
    }
}
