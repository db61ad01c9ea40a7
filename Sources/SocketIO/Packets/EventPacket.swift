public import NIOCore

/// An event on its way out, not encoded yet: what an adapter carries to other servers.
public struct EventPacket: Sendable, Equatable {
    /// The event's name.
    public var name: String
    /// Its arguments.
    public var arguments: [JSON]
    /// Binary values; in the arguments ``JSON/attachment(_:)`` stands for each.
    public var attachments: [ByteBuffer]

    /// An event with its arguments.
    public init(name: String, arguments: [JSON], attachments: [ByteBuffer] = []) {
        self.name = name
        self.arguments = arguments
        self.attachments = attachments
    }
}

extension JSON {
    /// Stands in an argument for the binary value at `index` of the attachments.
    public static func attachment(_ index: Int) -> JSON {
        JSON(unchecked: ByteBuffer(string: "{\"_placeholder\":true,\"num\":\(index)}"))
    }
}
