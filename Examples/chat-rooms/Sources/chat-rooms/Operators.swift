import SocketIO

/// Programs that may speak to everybody: a namespace of its own, behind a secret.
struct Operators: Sendable {
    let namespace: Namespace
    let chat: Chat
    /// Nil lets nobody in.
    let secret: String?

    func register() {
        self.namespace.use { socket in
            guard let secret = self.secret, socket.auth.object?["secret"]?.string == secret else {
                throw ConnectError(message: "unauthorized")
            }
        }
        // `announce(text)` is answered with the number of people it was for.
        self.namespace.on("announce") { _, event in
            guard let text = event.arguments.first?.string else { return }
            self.chat.namespace.emit("announcement", JSON(text))
            event.ack?(JSON(await self.chat.namespace.everyone.fetchSockets().count))
        }
    }
}
