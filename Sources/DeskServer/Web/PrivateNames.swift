/// Private names of classes mean nothing outside of them, so short ones do as well.
enum PrivateNames {
    /// Each name becomes the same one everywhere, the most frequent the shortest.
    static func shorten(_ tokens: inout [ScriptToken]) {
        var counts: [String: Int] = [:]
        for token in tokens where token.kind == .privateName { counts[token.text, default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let short = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices.map(name)))
        for index in tokens.indices where tokens[index].kind == .privateName {
            tokens[index].text = short[tokens[index].text] ?? tokens[index].text
        }
    }

    /// `#a` to `#z`, then `#ba`.
    private static func name(_ number: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number % 26)))
        return number < 26 ? "#" + letter : name(number / 26) + letter
    }
}
