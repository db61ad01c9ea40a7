/// Gives short names to what nobody outside of a script can name.
enum ShortNames {
    /// - Parameters:
    ///   - tokens: Of a whole script; what it does not declare is taken for the browser's.
    ///   - kept: What others call its exports.
    static func give(to tokens: inout [ScriptToken], keeping kept: Set<String>) {
        giveNames(to: &tokens, keeping: kept)
        givePrivateNames(to: &tokens)
    }

    private enum Use {
        /// A property, a label or a word of the language.
        case none
        case name
        /// `{ a }` stands for `{ a: a }`.
        case shorthand
    }

    /// Each scope's names are numbered on from those of the scope around it, so that beside each other the same
    /// numbers return and inside of each other they do not. A number is one name everywhere.
    private static func giveNames(to tokens: inout [ScriptToken], keeping kept: Set<String>) {
        let scopes = ScriptScopes(tokens)
        let numbers = numbers(of: scopes, keeping: kept)
        var taken = reserved.union(kept).union(scopes.doubtful)
        var uses: [(index: Int, number: Int, use: Use)] = []
        var counts: [Int: Int] = [:]
        for (index, token) in tokens.enumerated() where token.kind == .word {
            let use = use(of: tokens, at: index)
            guard use != .none else { continue }
            if let scope = scopes.scope(of: token.text, at: index), let number = numbers[scope][token.text] {
                uses.append((index, number, use))
                counts[number, default: 0] += 1
            } else {
                taken.insert(token.text)
            }
        }
        let names = shortened(counts, without: taken)
        for (index, number, use) in uses {
            guard let name = names[number] else { continue }
            let old = tokens[index].text
            tokens[index].text = use == .shorthand && name != old ? old + ":" + name : name
        }
    }

    private static func numbers(of scopes: ScriptScopes, keeping kept: Set<String>) -> [[String: Int]] {
        var numbers: [[String: Int]] = []
        var next: [Int] = []
        for scope in scopes.scopes {
            let first = scope.parent.map { next[$0] } ?? 0
            let isOutermost = scope.parent == nil
            let names = scope.names.filter { !scopes.doubtful.contains($0) && !(isOutermost && kept.contains($0)) }
            numbers.append(Dictionary(uniqueKeysWithValues: zip(names, first...)))
            next.append(first + names.count)
        }
        return numbers
    }

    /// They mean nothing outside of their class, so each becomes the same one everywhere.
    private static func givePrivateNames(to tokens: inout [ScriptToken]) {
        var counts: [String: Int] = [:]
        for token in tokens where token.kind == .privateName { counts[token.text, default: 0] += 1 }
        let names = shortened(counts, without: [])
        for index in tokens.indices where tokens[index].kind == .privateName {
            tokens[index].text = names[tokens[index].text].map { "#" + $0 } ?? tokens[index].text
        }
    }

    private static func use(of tokens: [ScriptToken], at index: Int) -> Use {
        let token = tokens[index]
        let last = index > 0 ? tokens[index - 1] : nil
        func follows(_ texts: String...) -> Bool { texts.contains { last?.isPunctuator($0) == true } }
        func precedes(_ texts: String...) -> Bool {
            index + 1 < tokens.count && texts.contains { tokens[index + 1].isPunctuator($0) }
        }
        if follows(".", "?.") { return .none }
        switch token.bracket {
        case .object:
            if follows("{", ",") { return precedes(",", "}", "=") ? .shorthand : .none }
            // `async a() {}`
            let isMethod = precedes("(") && (follows("*") || isModifier(tokens, index - 1))
            return isMethod ? .none : .name
        case .classBody:
            if follows("{", ";", "}", "*") || isModifier(tokens, index - 1) { return .none }
            guard let last, ScriptText.endsByLineBreak(last, before: token) else { return .name }
            return .none
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

    /// The most frequent gets the shortest.
    private static func shortened<Key: Hashable & Comparable>(
        _ counts: [Key: Int],
        without taken: Set<String>
    ) -> [Key: String] {
        var names: [Key: String] = [:]
        var number = 0
        for (key, _) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            while taken.contains(letters(number)) { number += 1 }
            names[key] = letters(number)
            number += 1
        }
        return names
    }

    /// `a` to `Z`, then `aa`.
    private static func letters(_ number: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let last = String(alphabet[number % alphabet.count])
        return number < alphabet.count ? last : letters(number / alphabet.count - 1) + last
    }

    /// Short words of the language.
    private static let reserved: Set<String> = [
        "as", "do", "if", "in", "is", "of", "for", "get", "let", "new", "set", "try", "var",
    ]
}
