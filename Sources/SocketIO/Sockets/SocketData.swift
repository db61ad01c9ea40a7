import Synchronization

/// What an application keeps with a socket: at most one value of each type, and one JSON value that other servers of a
/// cluster can see. Thread-safe.
///
/// ```swift
/// struct User: Sendable { var name: String }
/// chat.use { socket in
///     socket.data.set(User(name: socket.auth.object?["name"]?.string ?? "somebody"))
/// }
/// chat.on("message") { socket, event in
///     guard let user = socket.data.get(User.self) else { return }
///     chat.emit("message", JSON(user.name), event.arguments.first ?? .null)
/// }
/// ```
public final class SocketData: Sendable {
    private struct State {
        /// A few: to search them takes no longer than to hash, and each socket has them.
        var values: [(type: ObjectIdentifier, value: any Sendable)] = []
        var shared = JSON.emptyObject
    }

    private let state = Mutex(State())

    init() {}

    /// The value of that type, or nil.
    ///
    /// - Parameter type: exactly the one that was set: a protocol does not find what conforms to it.
    public func get<Value: Sendable>(_ type: Value.Type = Value.self) -> Value? {
        self.state.withLock { state in
            state.values.first { $0.type == ObjectIdentifier(type) }?.value
        } as? Value
    }

    /// Keeps a value, in place of another of its type. To read one and change it is two steps: two tasks that do so at the
    /// same time may lose a change.
    ///
    /// - Parameter value: kept until the socket is gone.
    public func set<Value: Sendable>(_ value: Value) {
        let type = ObjectIdentifier(Value.self)
        self.state.withLock { state in
            if let place = state.values.firstIndex(where: { $0.type == type }) {
                state.values[place].value = value
            } else {
                state.values.append((type, value))
            }
        }
    }

    /// Takes the value of that type out, or returns nil.
    ///
    /// - Parameter type: exactly the one that was set.
    public func remove<Value: Sendable>(_ type: Value.Type = Value.self) -> Value? {
        self.state.withLock { state in
            let place = state.values.firstIndex { $0.type == ObjectIdentifier(type) }
            return place.map { state.values.remove(at: $0).value }
        } as? Value
    }

    /// What ``BroadcastOperator/fetchSockets()`` shows of the socket, on whatever server. Default `{}`.
    public var shared: JSON {
        get { self.state.withLock { $0.shared } }
        set { self.state.withLock { $0.shared = newValue } }
    }
}
