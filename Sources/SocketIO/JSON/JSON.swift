public import NIOCore

/// One JSON value (RFC 8259) as the text it was received or written in. It is read only as far as somebody asks, so that
/// what is only handed on costs nothing.
///
/// ```swift
/// let greeting = JSON.object {
///     $0.field("text", "hello")
///     $0.field("rooms", ["lobby", "news"])
/// }
/// let text = greeting.object?["text"]?.string
/// ```
///
/// What comes from a client is valid JSON, nested at most ``maxDepth`` deep. Two values are equal if their texts are: `1.0`
/// is not `1`, and the order of fields counts.
public struct JSON: Sendable, Hashable {
    /// Arrays and objects within each other, at most. A client that sends more is disconnected with `parse error`.
    public static let maxDepth = 100

    /// The value's text, without white space around it.
    public let text: ByteBuffer

    /// Checks that `text` is one JSON value (RFC 8259) in UTF-8. Takes time linear in the text and builds nothing.
    ///
    /// - Parameter text: kept, not copied. White space around the value is left out.
    /// - Throws: ``JSONError/malformed`` or ``JSONError/tooDeep``.
    public init(validating text: ByteBuffer) throws(JSONError) {
        let span = text.readableBytesUInt8Span
        guard (try? UTF8Span(validating: span)) != nil else { throw .malformed }
        var index = 0
        let range = try JSONScanner.value(span, &index)
        JSONScanner.skipSpace(span, &index)
        guard index == span.count else { throw .malformed }
        self.init(text, range)
    }

    /// Takes text that was checked.
    init(unchecked text: ByteBuffer) {
        self.text = text
    }

    /// A part of text that was checked; `range` counts from its first readable byte.
    init(_ text: ByteBuffer, _ range: Range<Int>) {
        self.text = text.getSlice(at: text.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }

    /// The string's characters, or nil if the value is no string. A lone surrogate becomes U+FFFD.
    public var string: String? {
        let span = self.text.readableBytesUInt8Span
        guard span.count >= 2, span[0] == UInt8(ascii: "\"") else { return nil }
        return JSONScanner.unescape(span, 1..<(span.count - 1))
    }

    /// The number, or nil if the value is no number, has a fraction, or does not fit. `2.0` and `1e3` are whole. For others
    /// use ``decode(_:)`` with `Double`.
    public var int: Int? {
        let span = self.text.readableBytesUInt8Span
        guard let first = span.count > 0 ? span[0] : nil, first == UInt8(ascii: "-") || JSONScanner.isDigit(first)
        else {
            return nil
        }
        let digits = String(buffer: self.text)
        if let whole = Int(digits) { return whole }
        // 1e3 and 2.0 are whole numbers too.
        return Double(digits).flatMap(Int.init(exactly:))
    }

    /// The truth value, or nil if the value is none.
    public var bool: Bool? {
        switch String(buffer: self.text) {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// Whether the value is `null`.
    public var isNull: Bool { self == .null }

    /// The value's fields, or nil if the value is no object. Read anew at each call: keep it for several fields.
    public var object: JSONObject? { JSONObject(self) }

    /// The value's elements, or nil if the value is no array. Read anew at each call.
    public var array: [JSON]? {
        var index = 0
        guard let ranges = try? JSONScanner.elements(self.text.readableBytesUInt8Span, &index) else { return nil }
        return ranges.map { JSON(self.text, $0) }
    }

    /// `null`.
    public static let null = JSON(unchecked: ByteBuffer(string: "null"))
    /// `{}`.
    public static let emptyObject = JSON(unchecked: ByteBuffer(string: "{}"))
}

/// Text that is no JSON value.
public enum JSONError: Error {
    /// Not JSON.
    case malformed
    /// Nested deeper than ``JSON/maxDepth``.
    case tooDeep
}

/// The fields of a JSON object, in the order received. Of a repeated name the last value counts.
public struct JSONObject: Sendable {
    /// Names and values, repeated names included.
    public let fields: [(name: String, value: JSON)]

    /// The value of the field, or nil if there is none. One that is `null` has a value: ``JSON/null``.
    ///
    /// - Parameter name: as it reads without escapes.
    public subscript(name: String) -> JSON? {
        self.fields.last { $0.name == name }?.value
    }

    init?(_ json: JSON) {
        let span = json.text.readableBytesUInt8Span
        var index = 0
        guard let members = try? JSONScanner.members(span, &index) else { return nil }
        self.fields = members.map { member in
            (JSONScanner.unescape(span, member.name), JSON(json.text, member.value))
        }
    }
}
