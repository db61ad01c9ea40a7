import NIOCore

/// The first character of an Engine.IO packet (engine.io-protocol 4, "Packet encoding").
enum PacketType: UInt8, Sendable {
    case open = 0x30
    case close
    case ping
    case pong
    case message
    case upgrade
    case noop
}

/// One packet from a client. A message's payload is without its type character.
enum InboundPacket: Equatable {
    case text(PacketType, ByteBuffer)
    case binary(ByteBuffer)

    /// Reads a packet in its text form.
    ///
    /// - Throws: ``PacketError/malformed`` when the buffer is empty or starts with no packet type.
    init(text: ByteBuffer) throws(PacketError) {
        var text = text
        guard let byte = text.readInteger(as: UInt8.self), let type = PacketType(rawValue: byte) else {
            throw .malformed
        }
        self = .text(type, text)
    }
}

/// A packet that is none. The session that sent it ends with a parse error.
enum PacketError: Error {
    case malformed
}
