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

    /// `42["name",...]`, with an id if an ack is asked for.
    static func event(_ namespace: String, _ name: String, _ arguments: [JSON], ackID: Int? = nil) -> OutboundMessage {
        let size = arguments.reduce(name.utf8.count + 16) { $0 + $1.text.readableBytes + 1 }
        return self.message(.event, namespace, ackID: ackID, capacity: size) { buffer in
            buffer.writeInteger(UInt8(ascii: "["))
            name.writeJSON(to: &buffer)
            for argument in arguments {
                buffer.writeInteger(UInt8(ascii: ","))
                argument.writeJSON(to: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        }
    }

    /// `43<id>[...]`
    static func ack(_ namespace: String, id: Int, _ arguments: [JSON]) -> OutboundMessage {
        let size = arguments.reduce(24) { $0 + $1.text.readableBytes + 1 }
        return self.message(.ack, namespace, ackID: id, capacity: size) { arguments.writeJSON(to: &$0) }
    }

    private static func message(
        _ kind: Packet.Kind,
        _ namespace: String,
        ackID: Int? = nil,
        capacity: Int = 64,
        _ payload: (inout ByteBuffer) -> Void
    ) -> OutboundMessage {
        OutboundMessage(textCapacity: capacity + namespace.utf8.count) { buffer in
            buffer.writeInteger(kind.rawValue)
            if namespace != Packet.mainNamespace {
                buffer.writeString(namespace)
                buffer.writeInteger(UInt8(ascii: ","))
            }
            if let ackID { buffer.writeString(String(ackID)) }
            payload(&buffer)
        }
    }
}
