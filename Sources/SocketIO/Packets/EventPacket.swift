public import NIOCore

/// An event on its way out, not encoded yet: for arguments that stand in an array, and what an adapter carries to other
/// servers.
public struct EventPacket: Sendable, Equatable {
    /// The event's name. Leave `connect`, `connect_error` and `disconnect` alone: clients raise them themselves.
    public var name: String
    /// Its arguments.
    public var arguments: [JSON]
    /// Binary values; in the arguments ``JSON/attachment(_:)`` stands for each. They follow the packet's text as messages
    /// of their own (socket.io-protocol 5, "Packet encoding").
    public var attachments: [ByteBuffer]

    /// An event with its arguments.
    ///
    /// - Parameters:
    ///   - name: see ``name``.
    ///   - arguments: see ``arguments``.
    ///   - attachments: see ``attachments``. Default none.
    public init(name: String, arguments: [JSON], attachments: [ByteBuffer] = []) {
        self.name = name
        self.arguments = arguments
        self.attachments = attachments
    }
}

extension JSON {
    /// Stands in an argument for a binary value: `{"_placeholder":true,"num":N}` (socket.io-protocol 5, "Packet encoding").
    ///
    /// - Parameter index: which of the attachments, from 0. That there is one is not checked, but clients refuse a packet
    ///   without it.
    public static func attachment(_ index: Int) -> JSON {
        JSON(unchecked: ByteBuffer(string: "{\"_placeholder\":true,\"num\":\(index)}"))
    }
}
