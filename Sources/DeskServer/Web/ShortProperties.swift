/// Gives short names to properties that only our own modules name.
enum ShortProperties {
    /// - Parameter names: In the order they get short ones; which order compresses best is found by trying. Each has the
    ///   same short name in every script.
    /// - Throws: ``PackError/notShort(property:)`` if a script names another property like that.
    static func give(to tokens: inout [ScriptToken], names: [String]) throws(PackError) {
        let short = shortened(names)
        let taken = Set(short.values)
        var result: [ScriptToken] = []
        for (index, token) in tokens.enumerated() {
            let use = token.kind == .word ? ShortNames.use(of: tokens, at: index) : .none
            guard use == .property || use == .shorthand else {
                result.append(token)
                continue
            }
            guard !taken.contains(token.text) else { throw .notShort(property: token.text) }
            guard let name = short[token.text] else {
                result.append(token)
                continue
            }
            var property = token
            property.text = name
            result.append(property)
            guard use == .shorthand else { continue }
            var (colon, value) = (token, token)
            (colon.kind, colon.text, colon.followsLineBreak) = (.punctuator, ":", false)
            value.followsLineBreak = false
            result += [colon, value]
        }
        tokens = result
    }

    private static func shortened(_ names: [String]) -> [String: String] {
        var short: [String: String] = [:]
        var number = 0
        for name in names {
            while others.contains(ShortNames.letters(number)) { number += 1 }
            short[name] = ShortNames.letters(number)
            number += 1
        }
        return short
    }

    /// Short names that browsers and servers use.
    private static let others: Set<String> = ["as", "at", "by", "id", "is", "ok", "on", "q", "to"]
}
