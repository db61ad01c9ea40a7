import Synchronization

/// The namespaces that clients can enter. Thread-safe.
final class NamespaceTable: Sendable {
    typealias Fits = @Sendable (_ name: String, _ auth: JSON) -> Bool

    private struct Pattern {
        let fits: Fits
        let handlers: SharedHandlers
    }

    private struct State {
        var fixed: [String: Namespace] = [:]
        var patterns: [Pattern] = []
        /// Namespaces of patterns, with how many clients are in each or about to enter.
        var dynamic: [String: (namespace: Namespace, clients: Int)] = [:]
    }

    private let state = Mutex(State())
    private let makeAdapter: AdapterFactory
    private let onBroadcast: LocalAdapter.OnBroadcast?

    init(makeAdapter: @escaping AdapterFactory, onBroadcast: LocalAdapter.OnBroadcast? = nil) {
        self.makeAdapter = makeAdapter
        self.onBroadcast = onBroadcast
    }

    /// The namespace of that name, made if there is none yet.
    func namespace(_ name: String) -> Namespace {
        self.state.withLock { state in
            if let namespace = state.fixed[name] { return namespace }
            let namespace = Namespace(name: name, makeAdapter: self.makeAdapter, onBroadcast: self.onBroadcast)
            state.fixed[name] = namespace
            return namespace
        }
    }

    /// Lets clients enter namespaces whose names fit; the first pattern that fits counts.
    func addPattern(_ fits: @escaping Fits) -> Namespace {
        let handlers = SharedHandlers()
        self.state.withLock { $0.patterns.append(Pattern(fits: fits, handlers: handlers)) }
        return Namespace(name: "(pattern)", handlers: handlers, makeAdapter: self.makeAdapter)
    }

    /// The namespace a client asks for, or nil if there is none for it. One that a pattern made is kept until
    /// ``left(_:)`` was called as often as this.
    func namespace(entering name: String, _ auth: JSON) -> Namespace? {
        let (fixed, patterns) = self.state.withLock { ($0.fixed[name], $0.patterns) }
        if let fixed { return fixed }
        // Asked anew for each client: what fits may depend on who asks.
        guard let pattern = patterns.first(where: { $0.fits(name, auth) }) else { return nil }
        return self.state.withLock { state in
            let entry = state.dynamic[name]
            let namespace =
                entry?.namespace
                ?? Namespace(
                    name: name,
                    handlers: pattern.handlers,
                    makeAdapter: self.makeAdapter,
                    onBroadcast: self.onBroadcast
                )
            state.dynamic[name] = (namespace, (entry?.clients ?? 0) + 1)
            return namespace
        }
    }

    /// A client left a namespace, or was refused.
    func left(_ namespace: Namespace) {
        self.state.withLock { state in
            guard let clients = state.dynamic[namespace.name]?.clients else { return }
            state.dynamic[namespace.name] = clients > 1 ? (namespace, clients - 1) : nil
        }
    }
}
