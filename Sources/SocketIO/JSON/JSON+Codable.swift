import FoundationEssentials
import NIOCore

extension JSON {
    /// Encodes a value with its `Encodable` conformance, by Foundation's `JSONEncoder` with its defaults: `Data` is base64,
    /// `Date` is seconds since 2001. Slower than building it with ``object(_:)``, and the order of keys is Foundation's.
    ///
    /// - Parameter value: anything, down to a single `Double`.
    /// - Throws: what the value's own encoding throws; `EncodingError` for a number that is not finite.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        self.init(unchecked: ByteBuffer(bytes: try encoder.encode(value)))
    }

    /// Decodes the value with a `Decodable` conformance, by Foundation's `JSONDecoder` with its defaults.
    ///
    /// - Parameter type: may be left out where the context says it.
    /// - Throws: `DecodingError`, with the path of what did not fit.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(self.text.readableBytesView))
    }
}

extension Event {
    /// Decodes one argument.
    ///
    /// ```swift
    /// struct Message: Decodable { var room: String, text: String }
    /// chat.on("message") { socket, event in
    ///     guard let message = try? event.decode(Message.self) else { return }
    ///     socket.to(message.room).emit("message", JSON(message.text))
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - type: may be left out where the context says it.
    ///   - index: which argument, from 0. Default the first.
    /// - Throws: `DecodingError`; of the kind `valueNotFound` if there are fewer arguments.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, at index: Int = 0) throws -> Value {
        guard self.arguments.indices.contains(index) else {
            let context = DecodingError.Context(codingPath: [], debugDescription: "There is no argument \(index).")
            throw DecodingError.valueNotFound(type, context)
        }
        return try self.arguments[index].decode(type)
    }
}
