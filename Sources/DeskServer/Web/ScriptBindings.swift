/// Finds where a script declares names.
struct ScriptBindings {
    private let tokens: [ScriptToken]
    /// The tokens that are the names.
    private(set) var indices: Set<Int> = []
    /// Those of them that are declared by `var`, whose scope is another than that of the block.
    private(set) var variables: Set<Int> = []

    /// - Parameter tokens: Of a whole module or script.
    init(_ tokens: [ScriptToken]) {
        self.tokens = tokens
        for index in tokens.indices where !isName(index) { look(at: index) }
    }

    /// Nil outside of the script.
    private func token(_ index: Int) -> ScriptToken? {
        tokens.indices.contains(index) ? tokens[index] : nil
    }

    private func isName(_ index: Int) -> Bool {
        token(index - 1).map { $0.isPunctuator(".") || $0.isPunctuator("?.") } ?? false
    }

    private mutating func look(at index: Int) {
        let token = tokens[index]
        switch (token.kind, token.text) {
        case (.word, "const"), (.word, "let"):
            addVariables(after: index)
        case (.word, "var"):
            let others = indices
            addVariables(after: index)
            variables.formUnion(indices.subtracting(others))
        case (.word, "function"):
            let next = self.token(index + 1)?.isPunctuator("*") == true ? index + 2 : index + 1
            addWord(next)
            addParameters(self.token(next)?.kind == .word ? next + 1 : next)
        case (.word, "class"):
            if self.token(index + 1)?.isWord("extends") != true { addWord(index + 1) }
        case (.word, "catch"):
            addParameters(index + 1)
        case (.punctuator, "=>"):
            if self.token(index - 1)?.isPunctuator(")") == true {
                addParameters(opening(of: index - 1))
            } else {
                addWord(index - 1)
            }
        case (.punctuator, "{") where self.token(index - 1)?.isPunctuator(")") == true:
            // The body of a method; that of a function was found by its word.
            if token.bracket == .object || token.bracket == .classBody { addParameters(opening(of: index - 1)) }
        default: break
        }
    }

    private func opening(of closing: Int) -> Int {
        let depth = tokens[closing].depth
        return tokens[..<closing].lastIndex { $0.depth == depth && $0.isPunctuator("(") } ?? closing
    }

    private mutating func addWord(_ index: Int) {
        guard let token = token(index), token.kind == .word else { return }
        indices.insert(index)
    }

    /// `const a = 1, { b } = c`: the commas outside of brackets part the variables.
    private mutating func addVariables(after word: Int) {
        addBinding(word + 1)
        let depth = tokens[word].depth
        for index in (word + 1)..<tokens.count {
            let token = tokens[index]
            if token.depth < depth { return }
            guard token.depth == depth else { continue }
            if token.isPunctuator(";")
                || index > word + 1 && ScriptText.endsByLineBreak(tokens[index - 1], before: token)
            {
                return
            }
            if token.isPunctuator(",") { addBinding(index + 1) }
        }
    }

    private mutating func addParameters(_ opening: Int) {
        guard token(opening)?.isPunctuator("(") == true else { return }
        for index in elements(of: opening) { addBinding(index) }
    }

    /// Where the parts between the commas of a bracket begin.
    private func elements(of opening: Int) -> [Int] {
        let depth = tokens[opening].depth
        var elements: [Int] = []
        var index = opening
        while let token = token(index), index == opening || token.depth > depth {
            if index == opening || token.depth == depth + 1 && token.isPunctuator(",") { elements.append(index + 1) }
            index += 1
        }
        return elements
    }

    /// A name, or a pattern of names.
    private mutating func addBinding(_ index: Int) {
        guard let token = token(index) else { return }
        switch (token.kind, token.text) {
        case (.word, _): indices.insert(index)
        case (.punctuator, "..."): addBinding(index + 1)
        case (.punctuator, "["):
            for element in elements(of: index) { addBinding(element) }
        case (.punctuator, "{"):
            for element in elements(of: index) { addProperty(element) }
        default: break
        }
    }

    /// `a`, `a: b`, `[a]: b` or `...a` of a pattern.
    private mutating func addProperty(_ index: Int) {
        guard let token = token(index) else { return }
        let depth = token.depth
        var next = index + 1
        if token.isPunctuator("[") {
            while let inner = self.token(next), inner.depth > depth { next += 1 }
            next += 1
        }
        addBinding(self.token(next)?.isPunctuator(":") == true ? next + 1 : index)
    }
}
