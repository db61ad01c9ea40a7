/// The punctuators of scripts (ECMAScript 2025 §12.8).
enum ScriptPunctuators {
    private static let longestFirst = [
        ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=",
        "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**", "{", "}",
        "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".",
    ]
    private static let byFirst = Dictionary(grouping: longestFirst) { $0.utf8.first ?? 0 }

    /// Operators and brackets behind which no statement can end.
    static func endsNoStatement(_ text: String) -> Bool {
        ![")", "]", "}", "++", "--"].contains(text)
    }

    /// Those that no statement can begin with.
    static func beginsNoStatement(_ text: String) -> Bool {
        leading.contains(text)
    }

    private static let leading: Set<String> = [
        ")", "]", "}", ",", ";", ".", "?.", "?", ":", "&&", "||", "??", "===", "!==", "==", "!=", "<=", ">=", "=>", "=",
        "+=", "-=", "*=", "&&=", "||=", "??=",
    ]

    /// The punctuator that `bytes` begin with.
    static func longest(in bytes: ArraySlice<UInt8>) -> String? {
        guard let first = bytes.first else { return nil }
        return byFirst[first]?
            .first { text in
                guard bytes.starts(with: text.utf8) else { return false }
                // `a ?.5 : b` is a condition.
                return text != "?." || !Ascii.isDigit(bytes.dropFirst(2).first ?? 0)
            }
    }
}
