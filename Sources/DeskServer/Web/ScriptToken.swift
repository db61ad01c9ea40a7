/// A piece of a script that means something (ECMAScript 2025 §12): what stands between two of them is blanks,
/// line breaks and comments.
struct ScriptToken: Equatable {
    enum Kind: Equatable {
        case word
        /// `#name`
        case privateName
        case number
        case string
        /// From a backtick or the `}` of a substitution to the next `${` or the end.
        case template
        case expression
        case punctuator
    }

    var kind: Kind
    var text: String
    /// Where semicolons may be put in (ECMAScript 2025 §12.10).
    var followsLineBreak: Bool
    /// Counted from 1.
    var line: Int
    /// How many brackets are open around it, those of substitutions included; an opening one and its closing one
    /// are both outside.
    var depth: Int
    /// The innermost of those brackets.
    var bracket: ScriptBracket

    func isWord(_ word: String) -> Bool { kind == .word && text == word }

    func isPunctuator(_ text: String) -> Bool { kind == .punctuator && self.text == text }
}

/// What a pair of brackets is for.
enum ScriptBracket: Equatable {
    /// The parenthesis of `if`, `for`, `while` and `with`: what follows it is a statement.
    case control
    case group
    case list
    /// The script itself counts as one.
    case block
    /// An object, or a pattern of one.
    case object
    case classBody
    case substitution
}

/// What keeps a script from being read. The scripts are ours, so a rare way to write is refused rather than guessed.
enum ScriptError: Error, Equatable {
    /// A string, template, regular expression or comment has no end.
    case endless(line: Int)
    /// A character that stands for nothing here, or one beyond ASCII outside of literals and comments.
    case unexpected(line: Int)
    /// A bracket without its other half.
    case unbalanced(line: Int)
}
