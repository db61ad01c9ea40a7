/// Words that have no place in a chat, and what becomes of a message or subject with one of them.
///
/// Words are compared whole and without regard to case; `bad` is not found in `badge`. Whatever stands between
/// letters and digits separates words, so that an entry of several words is found with any white space or
/// punctuation between them. Work is linear in the text's length.
package struct WordFilter: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Nothing is looked for.
        case off
        /// Each of the word's characters becomes an asterisk.
        case mask
        /// The message is not stored, and its sender told.
        case refuse
    }

    package static let maximumWords = 1000
    package static let off = WordFilter()

    package let mode: Mode
    /// As they were given, without white space around them and in that order.
    package let words: [String]
    /// Entries as sequences of folded words, by their first.
    private let entries: [String: [[String]]]

    private init() {
        (mode, words, entries) = (.off, [], [:])
    }

    /// - Throws: ``DeskError/invalid(field:)`` with `words` for more than ``maximumWords``, or one that is longer
    ///   than 64 characters or has neither letter nor digit.
    package init(mode: Mode, words: [String]) throws(DeskError) {
        guard words.count <= Self.maximumWords else { throw .invalid(field: "words") }
        var (clean, entries): ([String], [String: [[String]]]) = ([], [:])
        for word in words {
            let text = try TextRule.filteredWord.required(word)
            let sequence = Self.words(of: text).map { Self.folded(text[$0]) }
            guard let first = sequence.first else { throw .invalid(field: "words") }
            clean.append(text)
            entries[first, default: []].append(sequence)
        }
        (self.mode, self.words, self.entries) = (mode, clean, entries)
    }

    /// - Returns: The text with what was found masked; nil if it is refused.
    package func apply(to text: String) -> String? {
        guard mode != .off, !entries.isEmpty else { return text }
        let ranges = Self.words(of: text)
        let folded = ranges.map { Self.folded(text[$0]) }
        var found: [Range<String.Index>] = []
        for (index, word) in folded.enumerated() {
            let fitting = (entries[word] ?? []).filter { folded[index...].starts(with: $0) }
            guard let longest = fitting.map(\.count).max() else { continue }
            found.append(ranges[index].lowerBound..<ranges[index + longest - 1].upperBound)
        }
        if found.isEmpty { return text }
        return mode == .refuse ? nil : Self.masked(text, found)
    }

    private static func masked(_ text: String, _ ranges: [Range<String.Index>]) -> String {
        var (masked, end) = ("", text.startIndex)
        for range in ranges where range.upperBound > end {
            let start = max(end, range.lowerBound)
            masked += text[end..<start]
            masked += text[start..<range.upperBound].map { isPart($0) ? "*" : String($0) }.joined()
            end = range.upperBound
        }
        return masked + text[end...]
    }

    private static func words(of text: String) -> [Range<String.Index>] {
        var (words, start): ([Range<String.Index>], String.Index?) = ([], nil)
        for index in text.indices {
            switch (isPart(text[index]), start) {
            case (true, nil): start = index
            case (false, let begun?):
                words.append(begun..<index)
                start = nil
            default: break
            }
        }
        if let start { words.append(start..<text.endIndex) }
        return words
    }

    /// What is never drawn does not part a word.
    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
            || character.unicodeScalars.allSatisfy(\.properties.isDefaultIgnorableCodePoint)
    }

    /// Equal for words that differ in case, or in what is never drawn. Swift's comparison sees to the same
    /// character written with other scalars.
    private static func folded(_ word: Substring) -> String {
        String(
            String.UnicodeScalarView(
                word.lowercased().unicodeScalars
                    .filter {
                        !$0.properties.isDefaultIgnorableCodePoint
                    }
            )
        )
    }
}

extension TextRule {
    fileprivate static let filteredWord = TextRule(field: "words", maxCharacters: 64)
}
