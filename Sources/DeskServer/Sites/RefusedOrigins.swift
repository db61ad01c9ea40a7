import Desk
import Synchronization

/// The foreign origins whose pages asked for the widget lately and did not get it, so that an admin who forgot one can
/// allow it. In memory, and bounded: anybody can send any origin. Thread-safe.
final class RefusedOrigins: Sendable {
    struct Entry: Sendable, Equatable {
        var origin: WebOrigin
        var site: Site.ID
        /// The last time.
        var at: Timestamp
        var count: Int
    }

    static let capacity = 50

    private struct Key: Hashable {
        var origin: WebOrigin
        var site: Site.ID
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// The one that was seen least lately makes room.
    func note(_ origin: WebOrigin, on site: Site.ID, at now: Timestamp) {
        let key = Key(origin: origin, site: site)
        entries.withLock { entries in
            let count = entries[key]?.count ?? 0
            entries[key] = Entry(origin: origin, site: site, at: now, count: min(count, 999_999) + 1)
            guard entries.count > Self.capacity else { return }
            if let oldest = entries.min(by: { $0.value.at < $1.value.at })?.key { entries[oldest] = nil }
        }
    }

    func forget(_ origin: WebOrigin) {
        entries.withLock { entries in entries = entries.filter { $0.key.origin != origin } }
    }

    /// Those seen last come first.
    var list: [Entry] {
        entries.withLock { Array($0.values) }.sorted { ($0.at, $0.origin.rawValue) > ($1.at, $1.origin.rawValue) }
    }
}
