/// Gathers the messages of one page, as far as a ``HistoryRange`` allows. For stores.
package struct HistoryPage: Sendable {
    private let range: HistoryRange
    private var messages: [Message] = []
    private var bytes = 0
    private var hasMore = false

    package init(_ range: HistoryRange) {
        self.range = range
    }

    /// Takes the next message in the direction asked for: ascending for ``HistoryRange/Direction/after(_:)``,
    /// descending for the others.
    ///
    /// - Returns: False if it has no place here. Nothing needs to be read after it.
    package mutating func add(_ message: Message) -> Bool {
        let size = message.text.utf8.count
        let isTooMuch = bytes + size > HistoryRange.maximumBytes && !messages.isEmpty
        guard messages.count < range.limit, !isTooMuch else {
            hasMore = true
            return false
        }
        bytes += size
        messages.append(message)
        return true
    }

    package func history(of ticket: Ticket) -> History {
        switch range.direction {
        case .after: History(ticket: ticket, messages: messages, hasMore: hasMore)
        case .before, .newest: History(ticket: ticket, messages: messages.reversed(), hasMore: hasMore)
        }
    }
}
