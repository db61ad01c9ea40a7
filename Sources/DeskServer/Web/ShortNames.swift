/// Gives short names to what nobody outside of a script can name.
enum ShortNames {
    /// - Parameters:
    ///   - tokens: Of a whole script; what it does not declare is taken for the browser's.
    ///   - kept: What others call its exports.
    static func give(to tokens: inout [ScriptToken], keeping kept: Set<String>) {
        giveNames(to: &tokens, keeping: kept)
        givePrivateNames(to: &tokens)
    }

    enum Use {
        /// A label or a word of the language.
        case none
        case property
        case name
        /// `{ a }` stands for `{ a: a }`.
        case shorthand
    }

    private struct Name: Hashable {
        let scope: Int
        let text: String
    }

    /// In each scope names are given anew, but for those that mean something from outside there, and each the one
    /// that stands in such places already: what is alike is then written alike, and is compressed well.
    private static func giveNames(to tokens: inout [ScriptToken], keeping kept: Set<String>) {
        let scopes = ScriptScopes(tokens)
        var taken = reserved.union(kept).union(scopes.doubtful)
        var uses: [(index: Int, name: Name, use: Use)] = []
        var outer = [Set<Name>](repeating: [], count: scopes.scopes.count)
        for (index, token) in tokens.enumerated() where token.kind == .word {
            let use = use(of: tokens, at: index)
            guard use == .name || use == .shorthand else { continue }
            if let path = scopes.path(of: token.text, at: index), let scope = path.last,
                !scopes.doubtful.contains(token.text), scope > 0 || !kept.contains(token.text)
            {
                let name = Name(scope: scope, text: token.text)
                uses.append((index, name, use))
                for inner in path.dropLast() { outer[inner].insert(name) }
            } else {
                taken.insert(token.text)
            }
        }
        let places = Dictionary(grouping: uses, by: \.name).mapValues { $0.map(\.index) }
        let counts = places.mapValues(\.count)
        var short: [Name: String] = [:]
        var habits = ScriptHabits(tokens, unknown: Set(uses.map(\.index)))
        for (scope, entry) in scopes.scopes.enumerated() {
            let names = entry.names.map { Name(scope: scope, text: $0) }
            var unfit = taken.union(outer[scope].compactMap { short[$0] })
            if entry.isBody, let head = entry.parent {
                for text in scopes.scopes[head].names { unfit.insert(short[Name(scope: head, text: text)] ?? text) }
            }
            // In order of their declarations, parameters and those of the script itself are compressed better.
            for name in entry.isBody ? mostFrequentFirst(names, counts) : names {
                guard let places = places[name] else { continue }
                let new = habits.give(places) { !unfit.contains($0) }
                short[name] = new
                unfit.insert(new)
            }
        }
        for (index, name, use) in uses {
            guard let new = short[name] else { continue }
            tokens[index].text = use == .shorthand && new != name.text ? name.text + ":" + new : new
        }
    }

    /// They mean nothing outside of their class, so each becomes the same one everywhere.
    private static func givePrivateNames(to tokens: inout [ScriptToken]) {
        var counts: [String: Int] = [:]
        for token in tokens where token.kind == .privateName { counts[token.text, default: 0] += 1 }
        var short: [String: String] = [:]
        for (number, name) in mostFrequentFirst(counts.keys.sorted(), counts).enumerated() {
            short[name] = "#" + letters(number)
        }
        for index in tokens.indices where tokens[index].kind == .privateName {
            tokens[index].text = short[tokens[index].text] ?? tokens[index].text
        }
    }

    static func use(of tokens: [ScriptToken], at index: Int) -> Use {
        let token = tokens[index]
        let last = index > 0 ? tokens[index - 1] : nil
        func follows(_ texts: String...) -> Bool { texts.contains { last?.isPunctuator($0) == true } }
        func precedes(_ texts: String...) -> Bool {
            index + 1 < tokens.count && texts.contains { tokens[index + 1].isPunctuator($0) }
        }
        if follows(".", "?.") { return .property }
        switch token.bracket {
        case .object:
            if follows("{", ",") { return precedes(",", "}", "=") ? .shorthand : .property }
            // `async a() {}`
            let isMethod = precedes("(") && (follows("*") || isModifier(tokens, index - 1))
            return isMethod ? .property : .name
        case .classBody:
            if follows("{", ";", "}", "*") || isModifier(tokens, index - 1) { return .property }
            guard let last, ScriptText.endsByLineBreak(last, before: token) else { return .name }
            return .property
        case .block:
            let isLabel = precedes(":") && (last == nil || follows(";", "{", "}", ")") || token.followsLineBreak)
            let isJump = last?.isWord("break") == true || last?.isWord("continue") == true
            return isLabel || isJump && !token.followsLineBreak ? .none : .name
        default:
            return .name
        }
    }

    /// Whether the token stands before the name of a method or field, and says something about it.
    private static func isModifier(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        guard index > 0, tokens[index].kind == .word, modifiers.contains(tokens[index].text) else { return false }
        let last = tokens[index - 1]
        let begins = tokens[index].bracket == .object ? ["{", ","] : ["{", ";", "}"]
        return begins.contains { last.isPunctuator($0) } || isModifier(tokens, index - 1)
            || tokens[index].bracket == .classBody && ScriptText.endsByLineBreak(last, before: tokens[index])
    }

    private static let modifiers: Set<String> = ["static", "get", "set", "async"]

    private static func mostFrequentFirst<Key: Hashable>(_ keys: [Key], _ counts: [Key: Int]) -> [Key] {
        keys.enumerated()
            .sorted { (-counts[$0.element, default: 0], $0.offset) < (-counts[$1.element, default: 0], $1.offset) }
            .map(\.element)
    }

    /// One letter, those first that scripts and style sheets have most; then two.
    static func letters(_ number: Int) -> String {
        let last = String(alphabet[number % alphabet.count])
        return number < alphabet.count ? last : letters(number / alphabet.count - 1) + last
    }

    private static let alphabet = Array("etnsiaorcldufpgmhyvkwxbIMSTNECDLOqRjAHVzBJPUGWFKXQYZ")

    /// Short words of the language.
    private static let reserved: Set<String> = [
        "as", "do", "if", "in", "is", "of", "for", "get", "let", "new", "set", "try", "var",
    ]
}
