import Synchronization

/// What an application keeps with a socket: at most one value of each type. Thread-safe.
public final class SocketData: Sendable {
    private let values = Mutex<[ObjectIdentifier: any Sendable]>([:])

    init() {}

    /// The value of that type, or nil.
    public func get<Value: Sendable>(_ type: Value.Type = Value.self) -> Value? {
        self.values.withLock { $0[ObjectIdentifier(type)] } as? Value
    }

    /// Keeps `value`, in place of another of its type.
    public func set<Value: Sendable>(_ value: Value) {
        self.values.withLock { $0[ObjectIdentifier(Value.self)] = value }
    }
}
