import EngineIO
import NIOCore
import SocketIO

/// What servers tell each other, in the form of the reference's adapter (@socket.io/redis-streams-adapter 0.3).
struct ClusterMessage: Sendable, Equatable {
    enum Kind: Int, Sendable {
        case initialHeartbeat = 1
        case heartbeat, broadcast, join, leave, disconnect, fetch, fetchResponse, serverSideEmit, serverSideEmitResponse
        case broadcastClientCount, broadcastAck, adapterClose
    }

    /// Of the server that sent it; emitters, which are no servers, call themselves `emitter`.
    var sender: String
    var namespace: String
    var kind: Kind
    /// An object; attachments stand in it as placeholders.
    var data = JSON.emptyObject
    var attachments: [ByteBuffer] = []

    /// The fields of a stream's entry.
    var entry: [(name: String, value: ByteBuffer)] {
        var data = self.data.text
        if !self.attachments.isEmpty {
            data = ByteBuffer()
            Base64.encode(MessagePack.encode(self.data, self.attachments), into: &data)
        }
        return [
            ("uid", ByteBuffer(string: self.sender)), ("nsp", ByteBuffer(string: self.namespace)),
            ("type", ByteBuffer(string: String(self.kind.rawValue))), ("data", data),
        ]
    }

    /// As it is published.
    var payload: ByteBuffer {
        let whole = JSON.object { fields in
            fields.field("uid", self.sender)
            fields.field("nsp", self.namespace)
            fields.field("type", self.kind.rawValue)
            fields.field("data", self.data)
        }
        return MessagePack.encode(whole, self.attachments)
    }

    init(
        _ kind: Kind,
        from sender: String,
        in namespace: String,
        data: JSON = .emptyObject,
        attachments: [ByteBuffer] = []
    ) {
        self.sender = sender
        self.namespace = namespace
        self.kind = kind
        self.data = data
        self.attachments = attachments
    }

    /// Nil for what is none, or of a kind that is not known.
    ///
    /// - Parameter entry: names and values by turns.
    init?(entry: [RESPValue]) {
        var fields: [String: ByteBuffer] = [:]
        for index in stride(from: 0, to: entry.count - 1, by: 2) {
            guard let name = entry[index].string, let value = entry[index + 1].bytes else { return nil }
            fields[name] = value
        }
        guard let namespace = fields["nsp"], let type = fields["type"],
            let kind = Int(String(buffer: type)).flatMap(Kind.init)
        else { return nil }
        self.init(kind, from: fields["uid"].map { String(buffer: $0) } ?? "", in: String(buffer: namespace))
        guard let data = fields["data"] else { return }
        if data.getInteger(at: data.readerIndex, as: UInt8.self) == UInt8(ascii: "{") {
            guard let json = try? JSON(validating: data) else { return nil }
            self.data = json
        } else {
            guard let bytes = Base64.decode(data), let (json, attachments) = try? MessagePack.decode(bytes) else {
                return nil
            }
            (self.data, self.attachments) = (json, attachments)
        }
    }

    /// Nil for what is none, or of a kind that is not known.
    init?(payload: ByteBuffer) {
        guard let (whole, attachments) = try? MessagePack.decode(payload), let fields = whole.object,
            let namespace = fields["nsp"]?.string, let kind = fields["type"]?.int.flatMap(Kind.init)
        else { return nil }
        self.init(kind, from: fields["uid"]?.string ?? "", in: namespace, attachments: attachments)
        if let data = fields["data"], data.object != nil { self.data = data }
    }
}
