/// What somebody looks for. All words must occur in one place, the last one as a beginning: it may still be typed.
package struct SearchQuery: Sendable, Equatable {
    package static let defaultLimit = 20
    package static let maximumLimit = 50
    package static let mostWords = 20
    private static let rule = TextRule(field: "query", maxCharacters: 200)

    /// As they were typed, without white space; each has a letter or a digit. Nothing in them is syntax.
    package let words: [String]
    /// nil: in open and closed tickets.
    package let status: Ticket.Status?
    package let limit: Int
    /// Where the page before ended; only places before it count.
    package let cursor: Int?

    /// Takes the fields as a client sends them.
    ///
    /// - Parameter status: `open`, `closed` or `all` (the default).
    /// - Throws: ``DeskError/invalid(field:)`` with the field's name; `query` if there is no word in it.
    package init(query: String, status: String?, limit: Int?, cursor: String?) throws(DeskError) {
        let limit = limit ?? Self.defaultLimit
        guard (1...Self.maximumLimit).contains(limit) else { throw .invalid(field: "limit") }
        words = try Self.rule.required(query)
            .split(whereSeparator: \.isWhitespace)
            .map(String.init)
            .filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard (1...Self.mostWords).contains(words.count) else { throw .invalid(field: "query") }
        switch status {
        case nil, "all": self.status = nil
        case "open": self.status = .open
        case "closed": self.status = .closed
        default: throw .invalid(field: "status")
        }
        self.limit = limit
        self.cursor = cursor.flatMap { Int($0) }
        guard cursor == nil || self.cursor != nil else { throw .invalid(field: "cursor") }
    }
}

/// One place where all words occur.
package struct SearchFind: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// The subject, and the guest's name and address.
        case ticket
        case message(seq: Int)
        case note(seq: Int)
    }

    package var ticket: Ticket
    package var place: Place
    /// What stands there, whole.
    package var text: String

    package init(ticket: Ticket, place: Place, text: String) {
        self.ticket = ticket
        self.place = place
        self.text = text
    }
}

package struct SearchPage: Sendable, Equatable {
    /// What was written last comes first. A page may have fewer than asked for, or none, and still not be the last.
    package var finds: [SearchFind]
    /// For the next page; nil if this is the last.
    package var next: Int?

    package init(finds: [SearchFind], next: Int?) {
        self.finds = finds
        self.next = next
    }
}
