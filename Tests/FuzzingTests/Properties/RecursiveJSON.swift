/// RFC 8259 once more, as its grammar reads: by recursion. What the library finds in one pass must be the same.
/// Takes text that is known to be UTF-8.
struct RecursiveJSON {
    enum Verdict: Equatable {
        case valid
        case malformed
        /// Opens more than `maxDepth` containers; what follows is not looked at.
        case tooDeep
    }

    private struct Failure: Error {
        var verdict: Verdict
    }

    private let text: [UInt8]
    private let maxDepth: Int
    private var index = 0

    static func judge(_ text: [UInt8], maxDepth: Int) -> Verdict {
        var judge = RecursiveJSON(text: text, maxDepth: maxDepth)
        do throws(Failure) {
            try judge.value(depth: 0)
            judge.space()
            return judge.index == text.count ? .valid : .malformed
        } catch {
            return error.verdict
        }
    }

    private init(text: [UInt8], maxDepth: Int) {
        self.text = text
        self.maxDepth = maxDepth
    }

    private mutating func value(depth: Int) throws(Failure) {
        self.space()
        switch self.next {
        case UInt8(ascii: "["):
            try self.container(depth, end: "]") { judge throws(Failure) in
                try judge.value(depth: depth + 1)
            }
        case UInt8(ascii: "{"):
            try self.container(depth, end: "}") { judge throws(Failure) in
                judge.space()
                try judge.string()
                judge.space()
                try judge.take(":")
                try judge.value(depth: depth + 1)
            }
        case UInt8(ascii: "\""): try self.string()
        case UInt8(ascii: "t"): for byte in "true".unicodeScalars { try self.take(byte) }
        case UInt8(ascii: "f"): for byte in "false".unicodeScalars { try self.take(byte) }
        case UInt8(ascii: "n"): for byte in "null".unicodeScalars { try self.take(byte) }
        default: try self.number()
        }
        self.space()
    }

    private mutating func container(
        _ depth: Int,
        end: Unicode.Scalar,
        _ member: (inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        guard depth < self.maxDepth else { throw Failure(verdict: .tooDeep) }
        self.index += 1
        self.space()
        if self.skip(end) { return }
        repeat { try member(&self) } while self.skip(",")
        try self.take(end)
    }

    private mutating func string() throws(Failure) {
        try self.take("\"")
        while let byte = self.next, byte >= 0x20, byte != UInt8(ascii: "\"") {
            self.index += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let escape = self.next else { break }
            self.index += 1
            if escape == UInt8(ascii: "u") {
                for _ in 0..<4 { try self.take { $0.isASCIIHexDigit } }
            } else if !"\"\\/bfnrt".utf8.contains(escape) {
                throw Failure(verdict: .malformed)
            }
        }
        try self.take("\"")
    }

    private mutating func number() throws(Failure) {
        _ = self.skip("-")
        if !self.skip("0") { try self.digits() }
        if self.skip(".") { try self.digits() }
        if self.skip("e") || self.skip("E") {
            _ = self.skip("+") || self.skip("-")
            try self.digits()
        }
    }

    private mutating func digits() throws(Failure) {
        try self.take { $0.isASCIIDigit }
        while self.next?.isASCIIDigit == true { self.index += 1 }
    }

    private mutating func space() {
        while let byte = self.next, " \t\n\r".utf8.contains(byte) { self.index += 1 }
    }

    private var next: UInt8? { self.index < self.text.count ? self.text[self.index] : nil }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard self.next == UInt8(ascii: scalar) else { return false }
        self.index += 1
        return true
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(Failure) {
        try self.take { $0 == UInt8(ascii: scalar) }
    }

    private mutating func take(_ fits: (UInt8) -> Bool) throws(Failure) {
        guard let byte = self.next, fits(byte) else { throw Failure(verdict: .malformed) }
        self.index += 1
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isASCIIHexDigit: Bool {
        let letter = self | 0x20
        return self.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter)
    }
}
