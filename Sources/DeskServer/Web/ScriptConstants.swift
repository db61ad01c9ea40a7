/// Puts expressions in the places of the names they are called by.
enum ScriptConstants {
    /// - Parameters:
    ///   - constants: Expressions by names such as `a`, or `a.b` for a property of the constant `a`. The script may
    ///     call nothing else so.
    ///   - tokens: Of a whole script.
    static func put(_ constants: [String: String], into tokens: inout [ScriptToken]) throws(ScriptError) {
        var result: [ScriptToken] = []
        var index = 0
        while index < tokens.count {
            let (expression, count) = found(constants, tokens, index)
            if let expression {
                result += try self.tokens(of: expression, at: tokens[index])
            } else {
                result.append(tokens[index])
            }
            index += count
        }
        let names = Set(constants.keys.map { String($0.prefix { $0 != "." }) })
        for name in names.sorted() { drop(name, from: &result) }
        tokens = result
    }

    /// Takes `const a={};` away if nothing names `a` any more.
    private static func drop(_ name: String, from tokens: inout [ScriptToken]) {
        let uses = tokens.indices.filter { tokens[$0].isWord(name) }
        guard let use = uses.first, uses.count == 1, use > 0, use + 4 < tokens.count, tokens[use - 1].isWord("const"),
            tokens[(use + 1)...(use + 4)].map(\.text) == ["=", "{", "}", ";"]
        else { return }
        tokens.removeSubrange((use - 1)...(use + 4))
    }

    /// What stands for the tokens at `index`, and for how many of them.
    private static func found(
        _ constants: [String: String],
        _ tokens: [ScriptToken],
        _ index: Int
    ) -> (expression: String?, count: Int) {
        guard tokens[index].kind == .word, index == 0 || !tokens[index - 1].isPunctuator(".") else { return (nil, 1) }
        let name = tokens[index].text
        if index + 2 < tokens.count, tokens[index + 1].isPunctuator("."), tokens[index + 2].kind == .word,
            let expression = constants[name + "." + tokens[index + 2].text]
        {
            return (expression, 3)
        }
        return (constants[name], 1)
    }

    private static func tokens(of expression: String, at place: ScriptToken) throws(ScriptError) -> [ScriptToken] {
        // In brackets, since a brace may open a block: where a statement begins, and behind an arrow.
        var tokens = try ScriptReader.tokens(of: Array("(\(expression))".utf8))
        let outside = expression.hasPrefix("{") ? 0 : 1
        if outside > 0 { tokens = Array(tokens.dropFirst().dropLast()) }
        return tokens.enumerated()
            .map { offset, token in
                var token = token
                if token.depth == outside { token.bracket = place.bracket }
                token.depth += place.depth - outside
                if offset == 0 { token.followsLineBreak = place.followsLineBreak }
                return token
            }
    }
}
