import EngineIO
import NIOCore

/// Writes the packets a server sends.
enum PacketEncoder {
    /// `40{"sid":"..."}`
    static func connected(_ namespace: String, sid: SocketID) -> OutboundMessage {
        self.message(.connect, namespace) { buffer in
            JSON.object { $0.field("sid", sid.rawValue) }.writeJSON(to: &buffer)
        }
    }

    /// `44{"message":"..."}`
    static func refused(_ namespace: String, _ error: ConnectError) -> OutboundMessage {
        self.message(.connectError, namespace) { buffer in
            JSON.object { object in
                object.field("message", error.message)
                object.field("data", error.data)
            }
            .writeJSON(to: &buffer)
        }
    }

    /// `41`
    static func disconnected(_ namespace: String) -> OutboundMessage {
        self.message(.disconnect, namespace) { _ in }
    }

    /// `42["name",...]`, with an id if an ack is asked for; `45` with attachments.
    static func event(_ namespace: String, _ packet: EventPacket, ackID: Int? = nil) -> EncodedPacket {
        let size = self.size(packet.arguments) + packet.name.utf8.count
        let kind: Packet.Kind = packet.attachments.isEmpty ? .event : .binaryEvent
        let text = self.message(kind, namespace, packet.attachments.count, ackID, capacity: size) { buffer in
            buffer.writeInteger(UInt8(ascii: "["))
            packet.name.writeJSON(to: &buffer)
            for argument in packet.arguments {
                buffer.writeInteger(UInt8(ascii: ","))
                argument.writeJSON(to: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        }
        return EncodedPacket(text, attachments: packet.attachments)
    }

    /// `43<id>[...]`; `46` with attachments.
    static func ack(_ namespace: String, id: Int, _ arguments: [JSON], _ attachments: [ByteBuffer]) -> EncodedPacket {
        let kind: Packet.Kind = attachments.isEmpty ? .ack : .binaryAck
        let text = self.message(kind, namespace, attachments.count, id, capacity: self.size(arguments)) { buffer in
            arguments.writeJSON(to: &buffer)
        }
        return EncodedPacket(text, attachments: attachments)
    }

    private static func size(_ arguments: [JSON]) -> Int {
        arguments.reduce(24) { $0 + $1.text.readableBytes + 1 }
    }

    private static func message(
        _ kind: Packet.Kind,
        _ namespace: String,
        _ attachments: Int = 0,
        _ ackID: Int? = nil,
        capacity: Int = 64,
        _ payload: (inout ByteBuffer) -> Void
    ) -> OutboundMessage {
        OutboundMessage(textCapacity: capacity + namespace.utf8.count) { buffer in
            buffer.writeInteger(kind.rawValue)
            if attachments > 0 { buffer.writeString("\(attachments)-") }
            if namespace != Packet.mainNamespace {
                buffer.writeString(namespace)
                buffer.writeInteger(UInt8(ascii: ","))
            }
            if let ackID { buffer.writeString(String(ackID)) }
            payload(&buffer)
        }
    }
}
