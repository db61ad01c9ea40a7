/// The id of a stream's entry, `1700000000000-0`: milliseconds by Redis' clock, and a number.
struct StreamID: Comparable, LosslessStringConvertible {
    static let first = StreamID(milliseconds: 0, number: 0)

    private let milliseconds: UInt64
    private let number: UInt64

    private init(milliseconds: UInt64, number: UInt64) {
        self.milliseconds = milliseconds
        self.number = number
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard parts.count == 2, let milliseconds = parts[0], let number = parts[1] else { return nil }
        self.init(milliseconds: milliseconds, number: number)
    }

    var description: String { "\(self.milliseconds)-\(self.number)" }

    static func < (one: StreamID, other: StreamID) -> Bool {
        (one.milliseconds, one.number) < (other.milliseconds, other.number)
    }
}

/// Where a server is in the stream, and how much it asks for next: a pure value.
struct StreamCursor {
    /// What one answer brought.
    struct Batch {
        var messages: [ClusterMessage] = []
        /// Whether there may be more in the stream. If not, nothing can have been trimmed unread: who trims leaves as
        /// many as are read at once.
        var isFull = false
        /// Whether an entry was too long to be kept.
        var isIncomplete = false
    }

    /// The last entry read.
    private(set) var last: StreamID
    /// How many entries to read at once.
    private(set) var count: Int
    private let mostEntries: Int

    /// - Parameter mostEntries: no more than anybody leaves in the stream.
    init(behind last: StreamID, mostEntries: Int = 100) {
        self.last = last
        self.count = mostEntries
        self.mostEntries = mostEntries
    }

    /// Takes what `XREAD` answered, as far as it was kept. Entries that together were too long come with the next
    /// answers, of fewer at once; one that is too long by itself is passed over.
    mutating func advance(over answer: RESPValue) -> Batch {
        var batch = Batch()
        let entries = answer.elements?.first?.elements?.last?.elements ?? []
        batch.isFull = entries.count >= self.count
        for (index, entry) in entries.enumerated() {
            guard let parts = entry.elements, parts.count == 2 else { continue }
            let fields = parts[1].elements ?? []
            let isWhole = !parts.contains(.skipped) && !fields.contains(.skipped)
            guard isWhole || self.count == 1 else {
                self.count = max(1, index)
                return batch
            }
            guard let id = parts[0].string.flatMap(StreamID.init) else { continue }
            self.last = id
            if !isWhole { batch.isIncomplete = true }
            if let message = ClusterMessage(entry: fields) { batch.messages.append(message) }
        }
        self.count = min(self.count * 2, self.mostEntries)
        return batch
    }
}
