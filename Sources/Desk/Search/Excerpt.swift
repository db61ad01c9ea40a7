/// The part of a text in which words were found, and where they are.
package struct Excerpt: Sendable, Equatable {
    /// Characters before the first word found, and in all.
    private static let lead = 40
    private static let length = 160

    package let text: String
    /// Where the words are, in UTF-16 units of ``text``, as a browser counts.
    package let ranges: [Range<Int>]

    /// - Parameters:
    ///   - words: As in ``SearchQuery/words``.
    ///   - fold: Makes words that differ in case or accents only the same.
    package init(of text: String, words: [String], fold: (String) -> String) {
        let wanted = Self.wanted(words, fold)
        let found = Self.words(of: text[...])
            .filter { word in
                let folded = fold(String(word))
                return wanted.contains { $0.isPrefix ? folded.hasPrefix($0.text) : folded == $0.text }
            }
        let start = found.first.map { Self.index(text, Self.lead, before: $0.startIndex) } ?? text.startIndex
        var excerpt = text[start...].prefix(Self.length)
        // One character can be as long as a message.
        while excerpt.utf8.count > Self.length * 8 { excerpt.removeLast() }
        let (head, tail) = (
            start > text.startIndex ? "\u{2026}" : "", excerpt.endIndex < text.endIndex ? "\u{2026}" : ""
        )
        self.text = head + excerpt + tail
        self.ranges = found.filter { $0.endIndex <= excerpt.endIndex }
            .map { word in
                let from = head.utf16.count + text[start..<word.startIndex].utf16.count
                return from..<(from + word.utf16.count)
            }
    }

    private static func wanted(_ words: [String], _ fold: (String) -> String) -> [(text: String, isPrefix: Bool)] {
        var parts = words.flatMap { word in Self.words(of: word[...]).map { (text: fold(String($0)), isPrefix: false) }
        }
        if let last = parts.indices.last { parts[last].isPrefix = true }
        return parts
    }

    private static func words(of text: Substring) -> [Substring] {
        text.split { !$0.isLetter && !$0.isNumber }
    }

    private static func index(_ text: String, _ distance: Int, before index: String.Index) -> String.Index {
        text.index(index, offsetBy: -distance, limitedBy: text.startIndex) ?? text.startIndex
    }
}
