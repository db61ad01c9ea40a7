import ArgumentParser
import Desk

struct WordFilterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "word-filter",
        abstract: "Show or change which words have no place in messages and subjects.",
        discussion: """
            Words are compared whole and whatever their case. Without an option the filter is printed: its mode, then \
            a word a line. A running server obeys within a second.
            """
    )

    @Option(
        help: ArgumentHelp(
            "What becomes of a message with one of the words: off lets it pass, mask puts asterisks, refuse keeps it out.",
            valueName: "off|mask|refuse"
        )
    )
    var mode: String?
    @Flag(help: "Read the words from standard input, one a line, in place of those there are.") var wordsStdin = false
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let mode = try mode.map { text throws(CommandFailure) in
            guard let mode = WordFilter.Mode(rawValue: text) else {
                throw CommandFailure("--mode must be off, mask or refuse")
            }
            return mode
        }
        let words = wordsStdin ? Self.readWords() : nil
        try await CommandDesk.with(store.choice()) { desk in
            var filter = try await desk.storedWordFilter()
            if mode != nil || words != nil {
                filter = try WordFilter(mode: mode ?? filter.mode, words: words ?? filter.words)
                try await desk.setWordFilter(filter, by: .commandLine)
            }
            for line in [filter.mode.rawValue] + filter.words { printLine(line) }
        }
    }

    private static func readWords() -> [String] {
        var words: [String] = []
        while let line = readLine() {
            if !line.allSatisfy(\.isWhitespace) { words.append(line) }
        }
        return words
    }
}
