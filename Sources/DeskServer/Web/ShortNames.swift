/// Gives short names to what nobody outside of a pack can name.
///
/// No scopes are looked at: a name becomes the same short one everywhere, one that occurs nowhere else, so what was
/// the same stays the same and what was not does not become it. It is left alone where anything is in doubt: if one
/// of its occurrences may be a property, or if a module uses it without declaring or importing it, since it is the
/// browser's there.
enum ShortNames {
    /// - Parameter kept: What others call the pack's exports.
    static func give(to sections: inout [PackSection], keeping kept: Set<String>) {
        giveNames(to: &sections, candidates(sections).subtracting(kept).subtracting(browser))
        givePrivateNames(to: &sections)
    }

    private static func candidates(_ sections: [PackSection]) -> Set<String> {
        var candidates: Set<String> = []
        var fixed: Set<String> = []
        for section in sections {
            let declared = ScriptBindings(section.tokens).names
            candidates.formUnion(declared)
            for (index, token) in section.tokens.enumerated() where token.kind == .word {
                let isOurs = declared.contains(token.text) || section.imported.contains(token.text)
                if !isOurs || mayBeProperty(section.tokens, index) { fixed.insert(token.text) }
            }
        }
        return candidates.subtracting(fixed)
    }

    private static func mayBeProperty(_ tokens: [ScriptToken], _ index: Int) -> Bool {
        let token = tokens[index]
        let last = index > 0 ? tokens[index - 1] : nil
        func follows(_ texts: String...) -> Bool { texts.contains { last?.isPunctuator($0) == true } }
        if follows(".", "?.") || token.bracket == .classBody { return true }
        let isFollowedBy = { (text: String) in index + 1 < tokens.count && tokens[index + 1].isPunctuator(text) }
        switch token.bracket {
        case .object:
            // With a parenthesis behind it, it may be a method's: `async a() {}`.
            return follows("{", ",") || isFollowedBy("(") && (last?.kind == .word || follows("*"))
        case .block:
            // A label.
            return isFollowedBy(":") && (last == nil || follows(";", "{", "}", ")") || token.followsLineBreak)
        default:
            return false
        }
    }

    private static func giveNames(to sections: inout [PackSection], _ names: Set<String>) {
        var counts: [String: Int] = [:]
        var taken = reserved
        for token in sections.lazy.flatMap(\.tokens) where token.kind == .word {
            if names.contains(token.text) {
                counts[token.text, default: 0] += 1
            } else {
                taken.insert(token.text)
            }
        }
        rename(&sections, .word, shortened(counts, without: taken, prefix: ""))
    }

    /// They mean nothing outside of their class.
    private static func givePrivateNames(to sections: inout [PackSection]) {
        var counts: [String: Int] = [:]
        for token in sections.lazy.flatMap(\.tokens) where token.kind == .privateName {
            counts[token.text, default: 0] += 1
        }
        rename(&sections, .privateName, shortened(counts, without: [], prefix: "#"))
    }

    private static func rename(_ sections: inout [PackSection], _ kind: ScriptToken.Kind, _ names: [String: String]) {
        for section in sections.indices {
            for index in sections[section].tokens.indices where sections[section].tokens[index].kind == kind {
                let text = sections[section].tokens[index].text
                sections[section].tokens[index].text = names[text] ?? text
            }
        }
    }

    /// The most frequent gets the shortest.
    private static func shortened(
        _ counts: [String: Int],
        without taken: Set<String>,
        prefix: String
    ) -> [String: String] {
        var names: [String: String] = [:]
        var number = 0
        for (name, _) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            var short = letters(number)
            while taken.contains(short) {
                number += 1
                short = letters(number)
            }
            number += 1
            names[name] = prefix + short
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

    /// Names of the browser that a module may declare in one place and mean in another.
    private static let browser: Set<String> = [
        "addEventListener", "caches", "clearInterval", "clearTimeout", "close", "console", "crypto", "document",
        "event",
        "fetch", "globalThis", "history", "indexedDB", "innerHeight", "innerWidth", "localStorage", "location",
        "matchMedia", "name", "navigator", "open", "origin", "parent", "performance", "queueMicrotask",
        "removeEventListener", "requestAnimationFrame", "screen", "self", "sessionStorage", "setInterval", "setTimeout",
        "status", "structuredClone", "top", "visualViewport", "window",
    ]
}
