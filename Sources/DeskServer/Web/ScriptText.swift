/// Writes the tokens of a script with as little between them as keeps its meaning.
enum ScriptText {
    /// - Returns: The script without comments and indentation. What it says is the same.
    static func shortened(_ source: [UInt8]) throws(ScriptError) -> String {
        write(try ScriptReader.tokens(of: source))
    }

    static func write(_ tokens: [ScriptToken]) -> String {
        var text = ""
        var last: ScriptToken?
        for token in tokens {
            if let last { text += separator(last, token) }
            text += token.text
            last = token
        }
        return text
    }

    static func literal(_ text: String) -> String {
        let escapes: [Character: String] = ["'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n"]
        return "'" + text.map { escapes[$0] ?? String($0) }.joined() + "'"
    }

    /// An object of expressions by their names, which stay what they are.
    static func object(_ expressions: [String: String]) -> String {
        let properties = expressions.sorted { $0.key < $1.key }.map { literal($0.key) + ":" + $0.value }
        return "{" + properties.joined(separator: ",") + "}"
    }

    /// What has to stand between two tokens. A line break is kept wherever a semicolon might be put in for it.
    private static func separator(_ left: ScriptToken, _ right: ScriptToken) -> String {
        if right.followsLineBreak, !isOneStatement(left, right) { return "\n" }
        return wouldMerge(left, right) ? " " : ""
    }

    /// Whether a semicolon is put in between a statement and one that begins with a word.
    static func endsByLineBreak(_ last: ScriptToken, before token: ScriptToken) -> Bool {
        guard token.followsLineBreak, token.kind == .word, !["in", "instanceof"].contains(token.text) else {
            return false
        }
        return last.kind != .punctuator || !ScriptPunctuators.endsNoStatement(last.text)
    }

    private static func isOneStatement(_ left: ScriptToken, _ right: ScriptToken) -> Bool {
        // Inside a template nothing ends; a template itself may be the end of a statement.
        if left.kind == .template, left.text.hasSuffix("${") { return true }
        if right.kind == .template, right.text.hasPrefix("}") { return true }
        return (left.kind == .punctuator && ScriptPunctuators.endsNoStatement(left.text))
            || (right.kind == .punctuator && ScriptPunctuators.beginsNoStatement(right.text))
    }

    private static func wouldMerge(_ left: ScriptToken, _ right: ScriptToken) -> Bool {
        switch (left.kind, right.kind) {
        case (.punctuator, .punctuator):
            return wouldMerge(left.text, right.text)
        case (.punctuator, .expression):
            return left.text == "/" || left.text == "<" || left.text == "*"
        case (.punctuator, .number):
            return right.text.hasPrefix(".")
        case (.number, .punctuator):
            return right.text.hasPrefix(".")
        case (.expression, .punctuator):
            return right.text.hasPrefix("/") || right.text.hasPrefix("*")
        case (let kind, .word), (let kind, .privateName), (let kind, .number):
            return kind != .punctuator && kind != .string && kind != .template
        default:
            return false
        }
    }

    /// Comments begin with `//`, `/*`, and in classic scripts with `<!--` and `-->` too.
    private static func wouldMerge(_ left: String, _ right: String) -> Bool {
        if left.hasSuffix("/") && (right.hasPrefix("/") || right.hasPrefix("*")) { return true }
        if left.hasSuffix("<") && right.hasPrefix("!") || left == "--" && right.hasPrefix(">") { return true }
        return ScriptPunctuators.longest(in: Array((left + right).utf8)[...]) != left
    }
}
