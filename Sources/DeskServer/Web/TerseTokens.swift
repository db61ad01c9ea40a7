/// Says the same in fewer tokens.
enum TerseTokens {
    /// - Parameter tokens: Of a whole script that assigns to no constant, which a browser would refuse to do.
    static func make(_ tokens: inout [ScriptToken]) {
        for index in tokens.indices where isDeclaration(tokens, index) { tokens[index].text = "let" }
        for index in tokens.indices where tokens[index].kind == .number {
            tokens[index].text = shortNumber(tokens[index].text)
        }
        tokens = tokens.indices.flatMap { shortTruth(tokens, $0) }
        joinDeclarations(in: &tokens)
        var kept: [ScriptToken] = []
        for (index, token) in tokens.enumerated() where !isNeedless(tokens, index) { kept.append(token) }
        tokens = kept
        dropLineBreaks(in: &tokens)
    }

    /// Whether it is the word `const`, and not a property of that name.
    private static func isDeclaration(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard tokens[index].isWord("const"), index + 1 < tokens.count else { return false }
        let next = tokens[index + 1]
        let isName = index > 0 && (tokens[index - 1].isPunctuator(".") || tokens[index - 1].isPunctuator("?."))
        return !isName && (next.kind == .word || next.isPunctuator("{") || next.isPunctuator("["))
    }

    /// `true` is `!0`.
    private static func shortTruth(_ tokens: [ScriptToken], _ index: Int) -> [ScriptToken] {
        let token = tokens[index]
        guard token.isWord("true") || token.isWord("false"), ShortNames.use(of: tokens, at: index) == .name else {
            return [token]
        }
        var (not, number) = (token, token)
        (not.kind, not.text) = (.punctuator, "!")
        (number.kind, number.text, number.followsLineBreak) = (.number, token.text == "true" ? "0" : "1", false)
        return [not, number]
    }

    /// `60000` is `6e4`.
    private static func shortNumber(_ text: String) -> String {
        let zeros = text.reversed().prefix { $0 == "0" }.count
        guard zeros > 2, zeros < text.count, text.allSatisfy(\.isNumber) else { return text }
        return text.dropLast(zeros) + "e\(zeros)"
    }

    /// `let a = 1; let b = 2;` is one statement.
    private static func joinDeclarations(in tokens: inout [ScriptToken]) {
        /// For each depth whether a declaration is what stands there.
        var declares: [Int: Bool] = [:]
        var joined: [ScriptToken] = []
        for token in tokens {
            let depth = token.depth
            guard token.bracket == .block else {
                joined.append(token)
                continue
            }
            let last = joined.last
            let begins = last.map { $0.isPunctuator(";") || $0.isPunctuator("{") || $0.isPunctuator("}") } ?? true
            if token.isWord("let"), begins {
                if declares[depth] == true, last?.isPunctuator(";") == true, let end = joined.indices.last {
                    joined[end].text = ","
                    continue
                }
                declares[depth] = true
            } else if begins && !continues(token) || mayBegin(token, after: last) {
                declares[depth] = false
            }
            joined.append(token)
        }
        tokens = joined
    }

    /// Whether it goes on with what stands before it, or ends that.
    private static func continues(_ token: ScriptToken) -> Bool {
        token.kind == .punctuator && ScriptPunctuators.beginsNoStatement(token.text)
    }

    /// Whether a semicolon may be put in before it.
    private static func mayBegin(_ token: ScriptToken, after last: ScriptToken?) -> Bool {
        guard token.followsLineBreak, !continues(token), let last else { return false }
        return last.kind != .punctuator || !ScriptPunctuators.endsNoStatement(last.text)
    }

    /// Behind the block of a function, a method or a statement, no line break ends anything.
    private static func dropLineBreaks(in tokens: inout [ScriptToken]) {
        var open: [Int] = []
        for index in tokens.indices {
            if tokens[index].isPunctuator("{") { open.append(index) }
            guard tokens[index].isPunctuator("}"), let opening = open.popLast(), index + 1 < tokens.count else {
                continue
            }
            if opensBlock(tokens, opening) { tokens[index + 1].followsLineBreak = false }
        }
    }

    /// Whether it is the brace of a block that no expression has.
    private static func opensBlock(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard index > 0 else { return false }
        let last = tokens[index - 1]
        guard last.isPunctuator(")") else {
            return last.kind == .word && ["else", "try", "finally", "catch"].contains(last.text)
        }
        guard tokens[index].bracket == .block || tokens[index].bracket == .classBody,
            let head = tokens[..<(index - 1)].lastIndex(where: { $0.depth == last.depth && $0.isPunctuator("(") }),
            head > 0
        else { return false }
        if tokens[index].bracket == .classBody || tokens[index - 2].bracket == .control { return true }
        // `function a() {}` where a statement begins.
        var first = head - 1
        if tokens[first].isWord("catch") { return true }
        if tokens[first].kind == .word, !tokens[first].isWord("function") { first -= 1 }
        guard first >= 0, tokens[first].isWord("function") else { return false }
        if first > 0, tokens[first - 1].isWord("async") { first -= 1 }
        return first == 0 || [";", "{", "}"].contains { tokens[first - 1].isPunctuator($0) }
    }

    /// Whether it is a comma or semicolon that what follows it stands for.
    private static func isNeedless(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard index > 0, index + 1 < tokens.count else { return false }
        let (last, token, next) = (tokens[index - 1], tokens[index], tokens[index + 1])
        if token.isPunctuator(",") {
            // In an array, a comma after none stands for an element.
            let ends = next.isPunctuator("}") || next.isPunctuator(")") || next.isPunctuator("]")
            return ends && !last.isPunctuator(",") && !last.isPunctuator("[")
        }
        guard token.isPunctuator(";"), next.isPunctuator("}") else { return false }
        return !(last.isWord("else") || last.isWord("do") || endsControl(tokens, index - 1))
    }

    /// Whether it is the end of `if ()`, `for ()` or `while ()`: a statement has to follow, though it be empty.
    private static func endsControl(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard tokens[index].isPunctuator(")"), index > 0 else { return false }
        let inner = tokens[index - 1]
        return inner.depth > tokens[index].depth && inner.bracket == .control
    }
}
