/// Takes a script apart into its tokens.
///
/// Only a parser knows for sure whether a slash divides or begins a regular expression. Here the token before it
/// decides, and for `)` and `}` what their opening half was. Wrong is one case that computes nothing: the division
/// of a function or class expression.
struct ScriptReader {
    private struct Opening {
        let bracket: ScriptBracket
        /// How many `?` wait for their `:`.
        var conditions = 0
        /// The word `class` was there and its body not yet.
        var awaitsClass = false
    }

    private let source: [UInt8]
    private var position = 0
    private var line = 1
    private var followsLineBreak = false
    /// Whether an operand may stand here, and so a slash begin a regular expression.
    private var expectsOperand = true
    /// What is open, the script itself first.
    private var openings = [Opening(bracket: .block)]
    private var colonExpectsOperand = false
    private var tokens: [ScriptToken] = []

    private init(_ source: [UInt8]) { self.source = source }

    static func tokens(of source: [UInt8]) throws(ScriptError) -> [ScriptToken] {
        var reader = ScriptReader(source)
        try reader.readAll()
        return reader.tokens
    }

    private mutating func readAll() throws(ScriptError) {
        while try skipBlanks() { try readToken() }
        guard openings.count == 1 else { throw .unbalanced(line: line) }
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < source.count ? source[position + offset] : 0
    }

    /// - Returns: False at the end.
    private mutating func skipBlanks() throws(ScriptError) -> Bool {
        while position < source.count {
            switch (byte(), byte(1)) {
            case (Ascii.newline, _), (Ascii.carriageReturn, _):
                if byte() == Ascii.newline { line += 1 }
                followsLineBreak = true
                position += 1
            case (Ascii.space, _), (Ascii.tab, _):
                position += 1
            case (Ascii.slash, Ascii.slash):
                while position < source.count, byte() != Ascii.newline { position += 1 }
            case (Ascii.slash, Ascii.star):
                try skipComment()
            default:
                return true
            }
        }
        return false
    }

    private mutating func skipComment() throws(ScriptError) {
        let first = line
        position += 2
        while byte() != Ascii.star || byte(1) != Ascii.slash {
            guard position < source.count else { throw .endless(line: first) }
            if byte() == Ascii.newline {
                line += 1
                followsLineBreak = true
            }
            position += 1
        }
        position += 2
    }

    private mutating func readToken() throws(ScriptError) {
        let start = position
        switch byte() {
        case let first where Ascii.isWordStart(first):
            skipWord()
            add(.word, from: start)
        case Ascii.hash where Ascii.isWordStart(byte(1)):
            position += 1
            skipWord()
            add(.privateName, from: start)
        case let first where Ascii.isDigit(first) || (first == Ascii.dot && Ascii.isDigit(byte(1))):
            skipNumber()
            add(.number, from: start)
        case Ascii.quote, Ascii.doubleQuote:
            try skipString()
            add(.string, from: start)
        case Ascii.backtick:
            try readTemplate()
        case Ascii.slash where expectsOperand:
            try skipExpression()
            add(.expression, from: start)
        case Ascii.closingBrace where innermost.bracket == .substitution:
            openings.removeLast()
            try readTemplate()
        default:
            guard let text = ScriptPunctuators.longest(in: source[position...]) else { throw .unexpected(line: line) }
            position += text.utf8.count
            try addPunctuator(text)
        }
    }

    private mutating func skipWord() {
        while Ascii.isWordStart(byte()) || Ascii.isDigit(byte()) { position += 1 }
    }

    private mutating func skipNumber() {
        let hasBase = byte() == Ascii.zero && [0x78, 0x6F, 0x62].contains(byte(1) | 0x20)
        var hasPoint = false
        while true {
            if byte() == Ascii.dot, !hasPoint, !hasBase {
                hasPoint = true
            } else if !Ascii.isWordStart(byte()), !Ascii.isDigit(byte()) {
                return
            } else if !hasBase, byte() | 0x20 == 0x65, byte(1) == Ascii.plus || byte(1) == Ascii.minus {
                position += 1
            }
            position += 1
        }
    }

    private mutating func skipString() throws(ScriptError) {
        let first = line
        let quote = byte()
        position += 1
        while byte() != quote {
            guard position < source.count, byte() != Ascii.newline else { throw .endless(line: first) }
            try skipCharacter()
        }
        position += 1
    }

    /// A character of a literal; a backslash takes the next one along.
    private mutating func skipCharacter() throws(ScriptError) {
        if byte() == Ascii.backslash { position += 1 }
        guard position < source.count else { throw .endless(line: line) }
        if byte() == Ascii.newline { line += 1 }
        position += 1
    }

    /// From a backtick, or from the brace that ends a substitution.
    private mutating func readTemplate() throws(ScriptError) {
        let (start, first) = (position, line)
        position += 1
        while byte() != Ascii.backtick {
            guard position < source.count else { throw .endless(line: first) }
            if byte() == Ascii.dollar, byte(1) == Ascii.openingBrace {
                position += 2
                add(.template, from: start)
                openings.append(Opening(bracket: .substitution))
                expectsOperand = true
                return
            }
            try skipCharacter()
        }
        position += 1
        add(.template, from: start)
    }

    private mutating func skipExpression() throws(ScriptError) {
        position += 1
        var isInClass = false
        while byte() != Ascii.slash || isInClass {
            guard position < source.count, byte() != Ascii.newline else { throw .endless(line: line) }
            if byte() == Ascii.openingBracket { isInClass = true }
            if byte() == Ascii.closingBracket { isInClass = false }
            try skipCharacter()
        }
        position += 1
        skipWord()
    }

    /// Adds a token that is no punctuator.
    private mutating func add(_ kind: ScriptToken.Kind, from start: Int) {
        let text = String(decoding: source[start..<position], as: UTF8.self)
        let isName = tokens.last.map(Self.isDot) ?? false
        expectsOperand = kind == .word && !isName && Self.operandWords.contains(text)
        let last = tokens.last
        append(kind, text)
        let isKey = innermost.bracket == .object && (last?.isPunctuator("{") == true || last?.isPunctuator(",") == true)
        if kind == .word, text == "class", !isName, !isKey { innermost.awaitsClass = true }
    }

    /// The bracket that is open, or the script itself.
    private var innermost: Opening {
        get { openings[openings.count - 1] }
        set { openings[openings.count - 1] = newValue }
    }

    private mutating func append(_ kind: ScriptToken.Kind, _ text: String) {
        tokens.append(
            ScriptToken(
                kind: kind,
                text: text,
                followsLineBreak: followsLineBreak,
                line: line,
                depth: openings.count - 1,
                bracket: innermost.bracket
            )
        )
        followsLineBreak = false
    }

    private mutating func addPunctuator(_ text: String) throws(ScriptError) {
        switch text {
        case "(", "[", "{":
            let opening = opening(of: text)
            append(.punctuator, text)
            openings.append(Opening(bracket: opening))
            expectsOperand = true
        case ")", "]", "}":
            let bracket = innermost.bracket
            guard openings.count > 1, Self.fits(bracket, text) else { throw .unbalanced(line: line) }
            openings.removeLast()
            append(.punctuator, text)
            expectsOperand = bracket == .control || bracket == .block || bracket == .classBody
        case "++", "--":
            // Behind an operand it ends one, and before one it waits for one.
            append(.punctuator, text)
        default:
            if text == "?" { innermost.conditions += 1 }
            if text == ":" { noteColon() }
            append(.punctuator, text)
            expectsOperand = true
        }
    }

    private static func fits(_ bracket: ScriptBracket, _ text: String) -> Bool {
        switch bracket {
        case .control, .group: text == ")"
        case .list: text == "]"
        case .block, .object, .classBody: text == "}"
        case .substitution: false
        }
    }

    /// A value follows the colon of a condition or of a property, a statement that of a label or a `case`.
    private mutating func noteColon() {
        colonExpectsOperand = innermost.conditions > 0 || innermost.bracket != .block
        if innermost.conditions > 0 { innermost.conditions -= 1 }
    }

    private mutating func opening(of text: String) -> ScriptBracket {
        if text == "[" { return .list }
        guard let last = tokens.last else { return text == "{" ? .block : .group }
        guard text == "{" else {
            return followsControlWord(last) ? .control : .group
        }
        if innermost.awaitsClass {
            innermost.awaitsClass = false
            return .classBody
        }
        switch (last.kind, last.text) {
        case (.punctuator, ";"), (.punctuator, "{"), (.punctuator, "}"), (.punctuator, ")"), (.punctuator, "=>"):
            return .block
        case (.punctuator, ":"): return colonExpectsOperand ? .object : .block
        case (.punctuator, _): return .object
        case (.template, _): return expectsOperand ? .object : .block
        case (.word, "else"), (.word, "do"): return .block
        case (.word, "const"), (.word, "let"), (.word, "var"): return .object
        default: return expectsOperand ? .object : .block
        }
    }

    private func followsControlWord(_ last: ScriptToken) -> Bool {
        let before = tokens.dropLast().last
        if last.isWord("await") { return before?.isWord("for") == true }
        return last.kind == .word && before.map(Self.isDot) != true && Self.controlWords.contains(last.text)
    }

    /// What follows is a name, whatever else it might mean.
    private static func isDot(_ token: ScriptToken) -> Bool {
        token.isPunctuator(".") || token.isPunctuator("?.")
    }

    private static let controlWords: Set<String> = ["if", "for", "while", "with"]
    /// Words with an operand, or a statement, behind them.
    private static let operandWords: Set<String> = [
        "await", "case", "default", "delete", "do", "else", "extends", "in", "instanceof", "new", "of", "return",
        "throw", "typeof", "void", "yield",
    ]
}
