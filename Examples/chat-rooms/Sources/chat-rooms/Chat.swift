import SocketIO

/// The people: each is in one room at a time, sees who else is there, who types and what is said.
struct Chat: Sendable {
    static let rooms = ["lobby", "swift", "music"]

    let namespace: Namespace
    let tokens: Tokens

    private struct User: Sendable {
        let name: String
    }

    func register() {
        self.namespace.use(self.admit)
        self.namespace.onConnection { socket in socket.emit("rooms", JSON(Self.rooms)) }
        self.namespace.on("join", self.join)
        self.namespace.on("say", self.say)
        self.namespace.on("typing", self.typing)
        self.namespace.onDisconnect { socket, _, rooms in
            for room in rooms { await self.tell(room, "left", about: socket) }
        }
    }

    /// Middleware: only who has a token enters, under the name it was issued to.
    private func admit(_ socket: Socket) async throws {
        guard let token = socket.auth.object?["token"]?.string, let name = self.tokens.name(of: token) else {
            throw ConnectError(message: "unauthorized")
        }
        socket.data.set(User(name: name))
        // What `fetchSockets` shows of this socket.
        socket.data.shared = .object { $0.field("name", name) }
    }

    /// `join(room)` is answered with `{people}` or `{error}`.
    private func join(_ socket: Socket, _ event: Event) async {
        guard let room = event.arguments.first?.string, Self.rooms.contains(room) else {
            event.ack?(.object { $0.field("error", "There is no such room.") })
            return
        }
        for old in await socket.rooms() where old != room {
            await socket.leave(old)
            await self.tell(old, "left", about: socket)
        }
        await socket.join(room)
        await self.tell(room, "joined", about: socket)
        let people = await self.people(in: room)
        event.ack?(.object { $0.field("people", people) })
    }

    /// `say(text)` is answered with `{ok}` once it is on its way to everybody in the room, the sender included.
    private func say(_ socket: Socket, _ event: Event) async {
        let text = event.arguments.first?.string ?? ""
        guard let user = socket.data.get(User.self), let room = await socket.rooms().first,
            (1...500).contains(text.count)
        else {
            event.ack?(.object { $0.field("error", "Join a room, and say 1 to 500 characters.") })
            return
        }
        let message = JSON.object {
            $0.field("name", user.name)
            $0.field("text", text)
        }
        self.namespace.to(room).emit("said", message)
        event.ack?(.object { $0.field("ok", true) })
    }

    /// Of no use later, so it is volatile: whoever does not keep up misses it.
    private func typing(_ socket: Socket, _ event: Event) async {
        guard let user = socket.data.get(User.self), let room = await socket.rooms().first else { return }
        socket.to(room).volatile.emit("typing", JSON(user.name))
    }

    /// Tells the others in a room that somebody came or went, and who is there now.
    private func tell(_ room: Room, _ event: String, about socket: Socket) async {
        let people = await self.people(in: room)
        let news = JSON.object {
            $0.field("name", socket.data.get(User.self)?.name)
            $0.field("people", people)
        }
        socket.to(room).emit(event, news)
    }

    private func people(in room: Room) async -> [String] {
        await self.namespace.to(room).fetchSockets().compactMap { $0.data.object?["name"]?.string }.sorted()
    }
}
