/// The status of a close frame (RFC 6455 §7.4).
struct WebSocketCloseCode: Error, Hashable, Sendable {
    let rawValue: UInt16

    static let normal = Self(rawValue: 1000)
    static let goingAway = Self(rawValue: 1001)
    static let protocolError = Self(rawValue: 1002)
    static let invalidPayload = Self(rawValue: 1007)
    static let policyViolation = Self(rawValue: 1008)
    static let messageTooBig = Self(rawValue: 1009)

    /// Whether a peer may send this status: 1005, 1006 and 1015 never stand in a frame (RFC 6455 §7.4.1).
    var maySend: Bool {
        switch self.rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
