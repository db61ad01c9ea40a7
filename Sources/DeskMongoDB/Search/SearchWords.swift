#if MongoDB
import Desk
import Foundation

/// The words of a text as they are found again: as SQLite's `unicode61 remove_diacritics 2` tells them apart.
enum SearchWords {
    /// Longer words are found by their beginning.
    private static let longestWord = 64

    /// In order: runs of letters and digits, without case and accents.
    static func sequence(of text: String) -> [String] {
        var (words, word): ([String], String.UnicodeScalarView) = ([], .init())
        for scalar in text.lowercased().folding(options: .diacriticInsensitive, locale: nil).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .privateUse:
                word.append(scalar)
            case .nonspacingMark:
                continue
            default:
                if !word.isEmpty { words.append(String(word)) }
                word = .init()
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }

    /// For the index: each once.
    static func index(of texts: String?...) -> BSONValue {
        let words = texts.compactMap(\.self).flatMap { sequence(of: $0) }.map(indexed)
        return .array(Set(words).sorted().map { .string($0) })
    }

    /// The word as it stands in the index.
    static func indexed(_ word: String) -> String {
        word.unicodeScalars.count <= longestWord
            ? word : String(String.UnicodeScalarView(word.unicodeScalars.prefix(longestWord)))
    }
}

/// What somebody looks for, as conditions on the index and on the texts it leads to.
struct SearchPhrases: Sendable {
    /// What was typed without white space is found side by side.
    private let phrases: [[String]]

    init(_ query: SearchQuery) {
        phrases = query.words.map(SearchWords.sequence).filter { !$0.isEmpty }
    }

    var isEmpty: Bool { phrases.isEmpty }

    /// That one of these fields has the word, for each word; the last one as a beginning.
    ///
    /// Words have nothing but letters and digits: nothing in them means anything in a regular expression.
    func filter(_ fields: String...) -> [BSONValue] {
        var words = phrases.flatMap(\.self).map(SearchWords.indexed)
        guard let last = words.popLast() else { return [] }
        let conditions = words.map { BSONValue.string($0) } + [["$regex": .string("^" + last)]]
        return conditions.map { condition in
            guard fields.count > 1 else { return .document([fields[0]: condition]) }
            return ["$or": .array(fields.map { .document([$0: condition]) })]
        }
    }

    func fit(_ text: String) -> Bool {
        let words = SearchWords.sequence(of: text)
        return phrases.enumerated()
            .allSatisfy { index, phrase in
                let isLast = index == phrases.count - 1
                return words.indices.contains { Self.stands(phrase, at: $0, of: words, isBeginning: isLast) }
            }
    }

    private static func stands(_ phrase: [String], at start: Int, of words: [String], isBeginning: Bool) -> Bool {
        let found = words[start...].prefix(phrase.count)
        guard found.count == phrase.count, found.dropLast().elementsEqual(phrase.dropLast()) else { return false }
        guard let word = found.last, let wanted = phrase.last else { return true }
        return isBeginning ? word.hasPrefix(wanted) : word == wanted
    }
}

/// Where something stands in the order of what was written.
enum SearchOrder {
    /// By time first, then by seq; what is left of the bits keeps different texts apart, nearly always.
    static func place(_ moment: Timestamp, seq: Int, id: String) -> BSONValue {
        let mark = id.utf8.reduce(UInt32(17)) { $0 &* 31 &+ UInt32($1) } & 0x7FFF
        return .int(max(0, moment.milliseconds) << 21 | Int64(seq & 0x3F) << 15 | Int64(mark))
    }
}
#endif
