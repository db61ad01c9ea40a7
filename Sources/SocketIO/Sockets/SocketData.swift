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
        var values: [ObjectIdentifier: any Sendable] = [:]
        var shared = JSON.emptyObject
    }

    private let state = Mutex(State())

    init() {}

    /// The value of that type, or nil.
    ///
    /// - Parameter type: exactly the one that was set: a protocol does not find what conforms to it.
    public func get<Value: Sendable>(_ type: Value.Type = Value.self) -> Value? {
        self.state.withLock { $0.values[ObjectIdentifier(type)] } as? Value
    }

    /// Keeps a value, in place of another of its type. To read one and change it is two steps: two tasks that do so at the
    /// same time may lose a change.
    ///
    /// - Parameter value: kept until the socket is gone.
    public func set<Value: Sendable>(_ value: Value) {
        self.state.withLock { $0.values[ObjectIdentifier(Value.self)] = value }
    }

    /// What ``BroadcastOperator/fetchSockets()`` shows of the socket, on whatever server. Default `{}`.
    public var shared: JSON {
        get { self.state.withLock { $0.shared } }
        set { self.state.withLock { $0.shared = newValue } }
    }
}
