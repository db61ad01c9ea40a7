import EngineIO
import NIOCore

/// A packet as Engine.IO messages, encoded once and shared by every connection it goes to: its text, then its
/// attachments.
struct EncodedPacket: Sendable {
    let text: OutboundMessage
    let attachments: [OutboundMessage]

    init(_ text: OutboundMessage, attachments: [ByteBuffer] = []) {
        self.text = text
        self.attachments = attachments.map { OutboundMessage(binary: $0) }
    }
}

extension EngineConnection {
    /// Sends a packet's messages one behind the other.
    func send(_ packet: EncodedPacket, isVolatile: Bool = false) {
        guard !isVolatile || packet.attachments.isEmpty || self.isWritable else { return }
        self.send(packet.text, isVolatile: isVolatile && packet.attachments.isEmpty)
        for attachment in packet.attachments { self.send(attachment) }
    }
}
