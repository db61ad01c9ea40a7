/// Leaves comments and needless blanks out of a style sheet (CSS Syntax Level 3 §4).
struct StyleText {
    private let source: [UInt8]
    private var position = 0
    private var text: [UInt8] = []
    private var hasBlank = false

    private init(_ source: [UInt8]) { self.source = source }

    /// - Returns: A style sheet that says the same. One that ends within a comment or a string ends there, as it
    ///   does in browsers.
    static func shortened(_ source: [UInt8]) -> String {
        var style = StyleText(source)
        style.readAll()
        return String(decoding: style.text, as: UTF8.self)
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < source.count ? source[position + offset] : 0
    }

    private mutating func readAll() {
        while position < source.count {
            switch byte() {
            case let blank where Ascii.isBlank(blank):
                hasBlank = true
                position += 1
            case Ascii.slash where byte(1) == Ascii.star:
                skipComment()
            case Ascii.quote, Ascii.doubleQuote:
                separate()
                copyString()
            case Ascii.backslash:
                separate()
                copyEscape()
            case Ascii.openingParenthesis where !hasBlank && text.suffix(3).elementsEqual("url".utf8):
                copyAddress()
            default:
                separate()
                copy(1)
            }
        }
    }

    private mutating func copy(_ count: Int) {
        let end = min(position + count, source.count)
        text += source[position..<end]
        position = end
    }

    /// Puts a blank before the next character where one stood and counts.
    private mutating func separate() {
        defer { hasBlank = false }
        guard let last = text.last else { return }
        let next = byte()
        if next == Ascii.closingBrace, last == Ascii.semicolon { text.removeLast() }
        guard hasBlank else { return }
        if last == Ascii.colon {
            // An empty custom property keeps its blank.
            if next == Ascii.semicolon || next == Ascii.closingBrace { text.append(Ascii.space) }
        } else if !Self.isTight(last), !Self.isTight(next), last != Ascii.openingParenthesis,
            next != Ascii.closingParenthesis
        {
            // Before a colon it counts: `a :hover` is another selector than `a:hover`.
            text.append(Ascii.space)
        }
    }

    /// No blank counts beside one of these; an exclamation mark only begins `!important`.
    private static func isTight(_ byte: UInt8) -> Bool {
        [
            Ascii.exclamationMark, Ascii.openingBrace, Ascii.closingBrace, Ascii.semicolon, Ascii.comma, Ascii.greater,
        ]
        .contains(byte)
    }

    /// A comment parts what stands around it, as a blank does, but is none.
    private mutating func skipComment() {
        position += 2
        while position < source.count, byte() != Ascii.star || byte(1) != Ascii.slash { position += 1 }
        position += 2
        let last = text.last ?? Ascii.semicolon
        guard !hasBlank, !Self.isTight(last), position < source.count, !Ascii.isBlank(byte()), !Self.isTight(byte())
        else { return }
        text += "/**/".utf8
    }

    private mutating func copyString() {
        let quote = byte()
        copy(1)
        while position < source.count, byte() != quote {
            copy(byte() == Ascii.backslash ? 2 : 1)
        }
        copy(1)
    }

    /// A blank after a character's number belongs to it.
    private mutating func copyEscape() {
        copy(1)
        guard Ascii.isHexDigit(byte()) else { return copy(1) }
        while Ascii.isHexDigit(byte()) { copy(1) }
        if Ascii.isBlank(byte()) { copy(1) }
    }

    /// An address without quotes is taken as it is.
    private mutating func copyAddress() {
        while position < source.count, byte() != Ascii.closingParenthesis {
            switch byte() {
            case Ascii.quote, Ascii.doubleQuote: copyString()
            case Ascii.backslash: copy(2)
            default: copy(1)
            }
        }
    }
}
