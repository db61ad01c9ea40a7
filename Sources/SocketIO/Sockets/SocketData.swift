import Synchronization

/// What an application keeps with a socket: at most one value of each type, and one JSON value that other servers of a
/// cluster can see. Thread-safe.
public final class SocketData: Sendable {
    private struct State {
        var values: [ObjectIdentifier: any Sendable] = [:]
        var shared = JSON.emptyObject
    }

    private let state = Mutex(State())

    init() {}

    /// The value of that type, or nil.
    public func get<Value: Sendable>(_ type: Value.Type = Value.self) -> Value? {
        self.state.withLock { $0.values[ObjectIdentifier(type)] } as? Value
    }

    /// Keeps `value`, in place of another of its type.
    public func set<Value: Sendable>(_ value: Value) {
        self.state.withLock { $0.values[ObjectIdentifier(Value.self)] = value }
    }

    /// What ``BroadcastOperator/fetchSockets()`` shows of the socket, on whatever server. Default `{}`.
    public var shared: JSON {
        get { self.state.withLock { $0.shared } }
        set { self.state.withLock { $0.shared = newValue } }
    }
}
