/// Puts numbers in the places of the constants they are called by.
enum NumberNames {
    /// - Parameters:
    ///   - tokens: Of a whole script.
    ///   - kept: The constants that others use, too.
    static func replace(in tokens: inout [ScriptToken], keeping kept: Set<String>) {
        var numbers: [String: ScriptToken] = [:]
        var declarations: [String: Range<Int>] = [:]
        for index in tokens.indices where isDeclaration(tokens, index) && !kept.contains(tokens[index + 1].text) {
            numbers[tokens[index + 1].text] = tokens[index + 3]
            declarations[tokens[index + 1].text] = index..<(index + 5)
        }
        let scopes = ScriptScopes(tokens)
        var uses: [Int] = []
        for index in tokens.indices where tokens[index].kind == .word && numbers[tokens[index].text] != nil {
            let name = tokens[index].text
            if declarations[name]?.contains(index) == true { continue }
            let use = ShortNames.use(of: tokens, at: index)
            guard use == .shorthand || use == .name && scopes.path(of: name, at: index)?.last == 0 else { continue }
            if use == .name, !isObject(tokens, index), !scopes.doubtful.contains(name) {
                uses.append(index)
            } else {
                numbers[name] = nil
            }
        }
        for index in uses {
            guard let number = numbers[tokens[index].text] else { continue }
            (tokens[index].kind, tokens[index].text) = (number.kind, number.text)
        }
        let needless = Set(declarations.filter { numbers[$0.key] != nil }.flatMap(\.value))
        tokens = tokens.indices.filter { !needless.contains($0) }.map { tokens[$0] }
    }

    /// Whether it begins `const a = 1;` of the outermost scope.
    private static func isDeclaration(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard tokens[index].isWord("const"), tokens[index].depth == 0, index + 4 < tokens.count else { return false }
        return tokens[index + 1].kind == .word && tokens[index + 2].isPunctuator("=")
            && tokens[index + 3].kind == .number && tokens[index + 4].isPunctuator(";")
    }

    /// Whether something is asked of it: `1.a` would be another number.
    private static func isObject(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard index + 1 < tokens.count else { return false }
        return tokens[index + 1].isPunctuator(".") || tokens[index + 1].isPunctuator("?.")
    }
}
