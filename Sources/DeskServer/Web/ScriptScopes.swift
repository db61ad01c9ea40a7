/// The scopes of a script, and which name is declared in which.
struct ScriptScopes {
    struct Scope {
        /// Nil for the script itself.
        let parent: Int?
        /// Whether it is the block that belongs to the names of the scope around it, such as parameters: the two may
        /// not have a name in common.
        let isBody: Bool
        /// In the order of their declarations.
        var names: [String] = []
    }

    /// Outer ones come before those inside of them.
    private(set) var scopes: [Scope] = []
    /// Names that are declared in a way whose scope is not known for sure.
    private(set) var doubtful: Set<String> = []
    /// The innermost scope of each token.
    private let innermost: [Int]

    init(_ tokens: [ScriptToken]) {
        var regions = ScriptRegions(tokens)
        regions.add()
        var innermost = [Int](repeating: 0, count: tokens.count)
        var open: [(scope: Int, end: Int)] = []
        for region in regions.sorted {
            while let last = open.last, last.end <= region.lowerBound { open.removeLast() }
            let isBody =
                open.count > 1 && open.last?.end == region.upperBound && tokens[region.lowerBound].isPunctuator("{")
            scopes.append(Scope(parent: open.last?.scope, isBody: isBody))
            for index in region { innermost[index] = scopes.count - 1 }
            open.append((scopes.count - 1, region.upperBound))
        }
        self.innermost = innermost
        let bindings = ScriptBindings(tokens)
        for index in bindings.indices.sorted() {
            let name = tokens[index].text
            if !scopes[innermost[index]].names.contains(name) { scopes[innermost[index]].names.append(name) }
            if bindings.variables.contains(index) || regions.doubtfulHeads.contains(where: { $0.contains(index) }) {
                doubtful.insert(name)
            }
        }
    }

    /// The scopes around the token at `index` up to the one that declares what it names, inner ones first; nil for
    /// names of the browser.
    func path(of name: String, at index: Int) -> [Int]? {
        var path: [Int] = []
        var scope: Int? = innermost[index]
        while let current = scope {
            path.append(current)
            if scopes[current].names.contains(name) { return path }
            scope = scopes[current].parent
        }
        return nil
    }
}

/// Where the scopes of a script begin and end.
private struct ScriptRegions {
    private let tokens: [ScriptToken]
    /// The other half of each bracket.
    private var partners: [Int: Int] = [:]
    private var regions: [Range<Int>]
    /// The parentheses of loops whose end is not known.
    private(set) var doubtfulHeads: [Range<Int>] = []

    init(_ tokens: [ScriptToken]) {
        self.tokens = tokens
        regions = [tokens.indices]
        var open: [Int] = []
        for (index, token) in tokens.enumerated() {
            let opens = token.kind == .punctuator ? ["(", "[", "{"].contains(token.text) : token.opensSubstitution
            let closes = token.kind == .punctuator ? [")", "]", "}"].contains(token.text) : token.closesSubstitution
            if closes, let opening = open.popLast() {
                partners[opening] = index
                // A piece of a template between two substitutions is both.
                if !opens { partners[index] = opening }
            }
            if opens { open.append(index) }
        }
    }

    /// Outer ones first.
    var sorted: [Range<Int>] {
        regions.sorted { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }
    }

    private func isPunctuator(_ index: Int, _ text: String) -> Bool {
        tokens.indices.contains(index) && tokens[index].isPunctuator(text)
    }

    mutating func add() {
        for (index, token) in tokens.enumerated() {
            switch (token.kind, token.text) {
            case (.punctuator, "{"): addBlock(index)
            case (.punctuator, "=>"): addArrow(index)
            case (.word, "function"):
                guard let opening = (index + 1...index + 3).first(where: { isPunctuator($0, "(") }) else { continue }
                addHead(opening)
            case (.word, "catch") where isPunctuator(index + 1, "("): addHead(index + 1)
            case (.word, "for"): addLoop(index)
            default: break
            }
        }
    }

    private mutating func add(_ first: Int, through last: Int?) {
        guard let last, first <= last else { return }
        regions.append(first..<(last + 1))
    }

    /// A block, and what a method's parameters belong to. The brackets of objects are no scopes.
    private mutating func addBlock(_ index: Int) {
        guard let end = partners[index] else { return }
        let inner = index + 1 < end ? tokens[index + 1].bracket : .block
        if inner == .block { add(index, through: end) }
        if [.object, .classBody].contains(tokens[index].bracket), isPunctuator(index - 1, ")"),
            let opening = partners[index - 1]
        {
            add(opening, through: end)
        }
    }

    /// A parenthesis with the block behind it.
    private mutating func addHead(_ opening: Int) {
        guard let closing = partners[opening], isPunctuator(closing + 1, "{") else { return }
        add(opening, through: partners[closing + 1])
    }

    private mutating func addLoop(_ index: Int) {
        guard let opening = [index + 1, index + 2].first(where: { isPunctuator($0, "(") }),
            let closing = partners[opening]
        else { return }
        if let end = endOfStatement(from: closing + 1) {
            add(opening, through: end)
        } else {
            doubtfulHeads.append(opening..<closing)
        }
    }

    /// The last token of a statement; nil for the kinds that are not known here.
    private func endOfStatement(from first: Int) -> Int? {
        guard tokens.indices.contains(first) else { return nil }
        switch (tokens[first].kind, tokens[first].text) {
        case (.punctuator, "{"):
            return partners[first]
        case (.word, "if"):
            guard let end = endOfBody(of: first) else { return nil }
            let hasElse = tokens.indices.contains(end + 1) && tokens[end + 1].isWord("else")
            return hasElse ? endOfStatement(from: end + 2) : end
        case (.word, "for"), (.word, "while"):
            return endOfBody(of: first)
        case (.word, "do"), (.word, "try"), (.word, "switch"), (.word, "class"), (.word, "function"):
            return nil
        default:
            return isPunctuator(first + 1, ":") ? nil : endOfExpressionStatement(from: first)
        }
    }

    /// Of a statement that begins with a word and a parenthesis.
    private func endOfBody(of word: Int) -> Int? {
        guard isPunctuator(word + 1, "("), let closing = partners[word + 1] else { return nil }
        return endOfStatement(from: closing + 1)
    }

    private func endOfExpressionStatement(from first: Int) -> Int {
        let depth = tokens[first].depth
        for index in first..<tokens.count {
            let token = tokens[index]
            if token.depth < depth { return index - 1 }
            guard token.depth == depth else { continue }
            if token.isPunctuator(";") { return index }
            if index > first, ScriptText.endsByLineBreak(tokens[index - 1], before: token) { return index - 1 }
        }
        return tokens.count - 1
    }

    private mutating func addArrow(_ index: Int) {
        let first = isPunctuator(index - 1, ")") ? partners[index - 1] ?? index - 1 : index - 1
        add(first, through: isPunctuator(index + 1, "{") ? partners[index + 1] : endOfExpression(after: index))
    }

    /// The last token of the expression that an arrow returns.
    private func endOfExpression(after arrow: Int) -> Int {
        let depth = tokens[arrow].depth
        var conditions = 0
        for index in (arrow + 1)..<tokens.count {
            let token = tokens[index]
            if token.depth < depth { return index - 1 }
            guard token.depth == depth else { continue }
            if token.isPunctuator(",") || token.isPunctuator(";") { return index - 1 }
            if token.isPunctuator("?") { conditions += 1 }
            if token.isPunctuator(":") { conditions -= 1 }
            if conditions < 0 { return index - 1 }
            if index > arrow + 1, ScriptText.endsByLineBreak(tokens[index - 1], before: token) { return index - 1 }
        }
        return tokens.count - 1
    }
}

extension ScriptToken {
    fileprivate var opensSubstitution: Bool { kind == .template && text.hasSuffix("${") }
    /// Only the first piece of a template begins with a backtick.
    fileprivate var closesSubstitution: Bool { kind == .template && text.hasPrefix("}") }
}
