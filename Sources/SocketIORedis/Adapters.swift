import Synchronization

/// The adapters by namespace. It keeps none: a namespace by pattern goes with its last client.
///
/// What is handed over runs under the lock, so that subscriptions are sent in the order of the changes. No adapter may be
/// let go of there: its end asks for the lock.
final class Adapters: Sendable {
    private struct Entry: Sendable {
        let id: ObjectIdentifier
        weak let adapter: StreamAdapter?
    }

    private let entries = Mutex<[String: Entry]>([:])

    var namespaces: [String] { self.entries.withLock { Array($0.keys) } }

    func forEachNamespace(_ body: (String) -> Void) {
        self.entries.withLock { $0.keys.forEach(body) }
    }

    func add(_ adapter: StreamAdapter, for namespace: String, _ subscribe: () -> Void) {
        self.entries.withLock { entries in
            entries[namespace] = Entry(id: ObjectIdentifier(adapter), adapter: adapter)
            subscribe()
        }
    }

    func remove(_ id: ObjectIdentifier, of namespace: String, _ unsubscribe: () -> Void) {
        self.entries.withLock { entries in
            guard entries[namespace]?.id == id else { return }
            entries[namespace] = nil
            unsubscribe()
        }
    }

    subscript(namespace: String) -> StreamAdapter? {
        self.entries.withLock { $0[namespace] }?.adapter
    }
}
