import FoundationEssentials
import NIOCore

extension JSON {
    /// Encodes a value with its `Encodable` conformance. Slower than building it with ``object(_:)``, and the order of
    /// keys is Foundation's.
    ///
    /// - Throws: what the value's own encoding throws.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        self.init(unchecked: ByteBuffer(bytes: try encoder.encode(value)))
    }

    /// Decodes the value with a `Decodable` conformance.
    ///
    /// - Throws: `DecodingError`, with the path of what did not fit.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(self.text.readableBytesView))
    }
}

extension Event {
    /// Decodes one argument.
    ///
    /// - Throws: `DecodingError`; of the kind `valueNotFound` if there are fewer arguments.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, at index: Int = 0) throws -> Value {
        guard self.arguments.indices.contains(index) else {
            let context = DecodingError.Context(codingPath: [], debugDescription: "There is no argument \(index).")
            throw DecodingError.valueNotFound(type, context)
        }
        return try self.arguments[index].decode(type)
    }
}
