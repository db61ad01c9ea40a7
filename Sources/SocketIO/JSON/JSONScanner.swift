/// Finds and checks values in JSON text (RFC 8259) without building anything: one pass, no recursion.
///
/// All functions take the text, already known to be UTF-8, and the index to start at, which they move behind what
/// they read.
enum JSONScanner {
    /// Elements and members of most of what clients send: an array that grows is allocated once for each doubling.
    private static let usualCount = 4

    /// Reads one value with the white space before it.
    ///
    /// - Returns: where the value stands.
    static func value(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) -> Range<Int> {
        self.skipSpace(text, &index)
        let start = index
        var containers = Containers()
        while true {
            let opened = try self.scalarOrOpening(text, &index, &containers)
            if !opened { try self.closings(text, &index, &containers) }
            if containers.depth == 0 { return start..<index }
        }
    }

    /// Reads an array.
    ///
    /// - Returns: where its elements stand.
    static func elements(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) -> [Range<Int>] {
        try self.expect(UInt8(ascii: "["), text, &index)
        if self.accept(UInt8(ascii: "]"), text, &index) { return [] }
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(Self.usualCount)
        repeat {
            ranges.append(try self.value(text, &index))
        } while self.accept(UInt8(ascii: ","), text, &index)
        try self.expect(UInt8(ascii: "]"), text, &index)
        return ranges
    }

    /// Reads an object.
    ///
    /// - Returns: where its names (without quotes) and values stand.
    static func members(
        _ text: Span<UInt8>,
        _ index: inout Int
    ) throws(JSONError) -> [(name: Range<Int>, value: Range<Int>)] {
        try self.expect(UInt8(ascii: "{"), text, &index)
        if self.accept(UInt8(ascii: "}"), text, &index) { return [] }
        var found: [(name: Range<Int>, value: Range<Int>)] = []
        found.reserveCapacity(Self.usualCount)
        repeat {
            self.skipSpace(text, &index)
            let start = index
            try self.string(text, &index)
            let name = (start + 1)..<(index - 1)
            try self.expect(UInt8(ascii: ":"), text, &index)
            found.append((name, try self.value(text, &index)))
        } while self.accept(UInt8(ascii: ","), text, &index)
        try self.expect(UInt8(ascii: "}"), text, &index)
        return found
    }

    static func skipSpace(_ text: Span<UInt8>, _ index: inout Int) {
        while index < text.count {
            switch text[index] {
            case 0x20, 0x09, 0x0a, 0x0d: index += 1
            default: return
            }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    // MARK: - One value

    /// Which containers are open: a bit each, set for an object.
    private struct Containers {
        private(set) var depth = 0
        private var objects: (UInt64, UInt64) = (0, 0)

        var isInObject: Bool {
            let level = self.depth - 1
            return level < 64 ? self.objects.0 >> UInt64(level) & 1 == 1 : self.objects.1 >> UInt64(level - 64) & 1 == 1
        }

        mutating func open(isObject: Bool) throws(JSONError) {
            guard self.depth < JSON.maxDepth else { throw .tooDeep }
            let bit: UInt64 = 1 << UInt64(self.depth % 64)
            if self.depth < 64 {
                self.objects.0 = isObject ? self.objects.0 | bit : self.objects.0 & ~bit
            } else {
                self.objects.1 = isObject ? self.objects.1 | bit : self.objects.1 & ~bit
            }
            self.depth += 1
        }

        mutating func close() { self.depth -= 1 }
    }

    /// Reads a scalar, an empty container, or the opening of a container up to its first value.
    ///
    /// - Returns: whether a container was opened, so that a value comes next.
    private static func scalarOrOpening(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ containers: inout Containers
    ) throws(JSONError) -> Bool {
        self.skipSpace(text, &index)
        guard index < text.count else { throw .malformed }
        switch text[index] {
        case UInt8(ascii: "\""):
            try self.string(text, &index)
        case UInt8(ascii: "{"):
            try containers.open(isObject: true)
            index += 1
            guard self.accept(UInt8(ascii: "}"), text, &index) else {
                try self.memberName(text, &index)
                return true
            }
            containers.close()
        case UInt8(ascii: "["):
            try containers.open(isObject: false)
            index += 1
            guard self.accept(UInt8(ascii: "]"), text, &index) else { return true }
            containers.close()
        case UInt8(ascii: "t"):
            try self.literal("true", text, &index)
        case UInt8(ascii: "f"):
            try self.literal("false", text, &index)
        case UInt8(ascii: "n"):
            try self.literal("null", text, &index)
        default:
            try self.number(text, &index)
        }
        return false
    }

    /// Behind a value: closes the containers that end here and moves to the next value of the one that does not.
    private static func closings(
        _ text: Span<UInt8>,
        _ index: inout Int,
        _ containers: inout Containers
    ) throws(JSONError) {
        while containers.depth > 0 {
            let isObject = containers.isInObject
            if self.accept(UInt8(ascii: ","), text, &index) {
                if isObject { try self.memberName(text, &index) }
                return
            }
            try self.expect(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), text, &index)
            containers.close()
        }
    }

    private static func memberName(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        self.skipSpace(text, &index)
        try self.string(text, &index)
        try self.expect(UInt8(ascii: ":"), text, &index)
    }

    // MARK: - Scalars

    private static func string(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        guard index < text.count, text[index] == UInt8(ascii: "\"") else { throw .malformed }
        index += 1
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return }
            guard byte >= 0x20 else { throw .malformed }
            if byte == UInt8(ascii: "\\") { try self.escape(text, &index) }
        }
        throw .malformed
    }

    private static func escape(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        guard index < text.count else { throw .malformed }
        let byte = text[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            guard self.hexadecimal(text, index) != nil else { throw .malformed }
            index += 4
        default:
            throw .malformed
        }
    }

    private static func number(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        _ = self.acceptHere(UInt8(ascii: "-"), text, &index)
        if !self.acceptHere(UInt8(ascii: "0"), text, &index) { try self.digits(text, &index) }
        if self.acceptHere(UInt8(ascii: "."), text, &index) { try self.digits(text, &index) }
        if self.acceptHere(UInt8(ascii: "e"), text, &index) || self.acceptHere(UInt8(ascii: "E"), text, &index) {
            if !self.acceptHere(UInt8(ascii: "+"), text, &index) {
                _ = self.acceptHere(UInt8(ascii: "-"), text, &index)
            }
            try self.digits(text, &index)
        }
    }

    private static func digits(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        let start = index
        while index < text.count, self.isDigit(text[index]) { index += 1 }
        guard index > start else { throw .malformed }
    }

    private static func literal(
        _ word: StaticString,
        _ text: Span<UInt8>,
        _ index: inout Int
    ) throws(JSONError) {
        guard index + word.utf8CodeUnitCount <= text.count else { throw .malformed }
        for offset in 0..<word.utf8CodeUnitCount where text[index + offset] != word.utf8Start[offset] {
            throw .malformed
        }
        index += word.utf8CodeUnitCount
    }

    // MARK: - Single characters

    /// Skips white space, and `byte` if it comes next.
    private static func accept(_ byte: UInt8, _ text: Span<UInt8>, _ index: inout Int) -> Bool {
        self.skipSpace(text, &index)
        return self.acceptHere(byte, text, &index)
    }

    private static func acceptHere(_ byte: UInt8, _ text: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private static func expect(_ byte: UInt8, _ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        guard self.accept(byte, text, &index) else { throw .malformed }
    }
}
