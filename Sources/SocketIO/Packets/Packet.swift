import NIOCore

/// A Socket.IO packet (socket.io-protocol 5).
struct Packet: Equatable {
    /// The packet types and the character each is written with.
    enum Kind: UInt8, Sendable {
        case connect = 0x30
        case disconnect
        case event
        case ack
        case connectError
        case binaryEvent
        case binaryAck

        var isBinary: Bool { self == .binaryEvent || self == .binaryAck }
    }

    /// The namespace of packets that name none.
    static let mainNamespace = "/"

    var kind: Kind
    var namespace: String
    var ackID: Int?
    /// Where the payload's elements stand, for events and acks; without the event's name.
    var arguments: [JSON] = []
    /// The event's name, for events.
    var name = ""
    /// The CONNECT payload.
    var auth = JSON.emptyObject
    /// The length of the text message the packet came in.
    var messageBytes = 0
    /// Binary values, each where a placeholder with its index stands in the arguments.
    var attachments: [ByteBuffer] = []
}

/// Text that is no Socket.IO packet, or one that a client may not send. The connection it came on closes.
enum PacketError: Error {
    case malformed
    case reservedName
    case tooManyAttachments
}
