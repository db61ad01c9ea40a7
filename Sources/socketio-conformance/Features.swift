import SocketIO

extension SocketIOServer {
    /// What clients of other makers are tried against beyond the suite: rooms, acks asked by the server, leaving by the
    /// server's will, middleware and namespaces by pattern.
    func addFeatures() {
        self.addRooms()
        self.addQuestions()
        self.addLeaving()
        self.namespace("/members")
            .use { socket in
                guard socket.auth.object?["token"]?.string == "secret" else {
                    throw ConnectError(message: "not a member", data: .object { $0.field("code", 7) })
                }
            }
        self.namespaces { name, _ in name.hasPrefix("/shop-") }
            .onConnection { socket in socket.emit("welcome", JSON(socket.namespace.name)) }
    }

    /// `join` and `leave` take room names, `tell` a room and a value for its others, `flood` a number of events for
    /// everybody and their size.
    private func addRooms() {
        let main = self.namespace("/")
        main.on("join") { socket, event in
            for room in event.arguments.compactMap(\.string) { await socket.join(room) }
            event.ack?()
        }
        main.on("leave") { socket, event in
            for room in event.arguments.compactMap(\.string) { await socket.leave(room) }
            event.ack?()
        }
        main.on("tell") { socket, event in
            guard let room = event.arguments.first?.string else { return }
            let rest = Array(event.arguments.dropFirst())
            socket.to(room).emit(EventPacket(name: "told", arguments: rest, attachments: event.attachments))
        }
        main.on("flood") { _, event in
            guard event.arguments.count == 2, let count = event.arguments[0].int, let size = event.arguments[1].int,
                count > 0, size > 0
            else { return }
            let text = JSON(String(repeating: "x", count: size))
            for _ in 0..<count { main.emit("drop", text) }
            event.ack?()
        }
    }

    /// `ask` has the client answer `question` and sends the answer back as `answered`; `ask-all` does so with everybody.
    private func addQuestions() {
        let main = self.namespace("/")
        main.on("ask") { socket, event in
            do throws(AckError) {
                let question = event.arguments.first ?? .null
                let answer = try await socket.emitWithAck("question", question, attachments: event.attachments)
                socket.emit(
                    EventPacket(name: "answered", arguments: answer.arguments, attachments: answer.attachments)
                )
            } catch {
                socket.emit("unanswered", JSON("\(error)"))
            }
        }
        main.on("ask-all") { _, event in
            let result = await main.everyone.emitWithAck("question", event.arguments.first ?? .null)
            event.ack?(JSON(result.answers.count), JSON(result.missing))
        }
    }

    /// `kick` and `ban` end the socket or its connection; everybody else hears of each end as `left`, with the reason.
    private func addLeaving() {
        let main = self.namespace("/")
        main.on("kick") { socket, _ in socket.disconnect() }
        main.on("ban") { socket, _ in socket.disconnect(closeConnection: true) }
        main.onDisconnect { socket, reason, _ in
            socket.broadcast.emit("left", JSON(socket.id.rawValue), JSON(reason.description))
        }
    }
}
