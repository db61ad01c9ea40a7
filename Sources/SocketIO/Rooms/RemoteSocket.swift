/// A socket of whatever server of a cluster, as it was when it was asked for.
public struct RemoteSocket: Sendable, Equatable {
    /// The socket's id; as a room it reaches the socket from every server.
    public let id: SocketID
    /// The rooms it was in, without its own.
    public let rooms: Set<Room>
    /// What the application showed of it, see ``SocketData/shared``.
    public let data: JSON

    /// What an adapter learnt of a socket.
    ///
    /// - Parameters:
    ///   - id: see ``id``.
    ///   - rooms: see ``rooms``.
    ///   - data: see ``data``.
    public init(id: SocketID, rooms: Set<Room>, data: JSON) {
        self.id = id
        self.rooms = rooms
        self.data = data
    }
}
