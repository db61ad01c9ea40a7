import Desk
import EngineIO
import NIOHTTP1
import SocketIO

/// Lets sockets in and sees them out.
struct SocketDoor: Sendable {
    let authenticator: Authenticator
    let limiter: RateLimiter
    let desk: Desk
    let presence: PresenceDesk
    let watch: LoginWatch
    let now: @Sendable () -> Timestamp

    func register(on namespace: Namespace) {
        namespace.use { socket in
            try await withTaskExecutorPreference(socket.auth.readingExecutor) { try await admit(socket) }
        }
        namespace.onConnection { socket in
            // An agent is told of everybody who is here, for whom the loop's other sockets should not wait.
            let isGuest = socket.data.get(Identity.self)?.login == nil
            await withTaskExecutorPreference(isGuest ? nil : globalConcurrentExecutor) { await welcome(socket) }
        }
        namespace.onDisconnect { socket, _, _ in seeOut(socket) }
    }

    /// Decides once who the socket is, if there is room for it.
    private func admit(_ socket: Socket) async throws {
        let claim = Claim(
            guestToken: socket.auth.object?["guestToken"].map { $0.string ?? "" },
            cookie: socket.handshake.cookie(LoginCookie.name),
            origin: socket.handshake.origin,
            fetchSite: socket.handshake.headers.first(name: "sec-fetch-site")
        )
        do {
            let address = limiter.addresses.address(of: socket.handshake)
            try await limiter.admitShared(address)
            let places = try limiter.enter(
                claim,
                from: address,
                elsewhere: presence.socketsElsewhere(from: address),
                on: socket.sessionID
            )
            let identity = try await authenticator.identify(claim, auth: socket.auth)
            let place = try limiter.enter(
                as: identity.principal,
                elsewhere: presence.socketsElsewhere(of: identity.principal.userID)
            )
            socket.data.set(
                SocketVisit(
                    address: address,
                    site: identity.site,
                    login: identity.login?.session.id,
                    places: places + [place]
                )
            )
            socket.data.set(identity)
            socket.data.set(identity.principal)
            socket.data.set(WritesInFlight())
            if let details = identity.details { socket.data.set(details) }
        } catch {
            let refusal = WireError(error)
            let wait = refusal.retryAfterMilliseconds
            throw ConnectError(
                message: refusal.code,
                data: wait.map { wait in JSON.object { $0.field("retryAfterMs", wait) } }
            )
        }
    }

    /// `session` is the first a client hears, then the presence of now, then the rest.
    private func welcome(_ socket: Socket) async {
        // Told once. For as long as the socket is here its visit says enough.
        guard let identity = socket.data.remove(Identity.self) else { return }
        socket.emit("session", WireFormat.session(identity, at: now()))
        let person = Rooms.user(identity.principal.userID)
        if let login = identity.login {
            await socket.join(Rooms.agents, person, Rooms.login(login.session.id))
            watch.add(login)
        } else {
            await socket.join(Rooms.guests, person)
        }
        let visit = socket.data.get(SocketVisit.self)
        presence.arrive(identity.principal, on: socket, from: identity.login == nil ? visit?.address : nil)
        guard identity.isKnown else { return }
        // A guest who comes back is here before they open a ticket again. Presence may do without, if the store cannot
        // tell: whatever the guest does next shows it as well.
        for ticket in (try? await desk.openTickets(of: identity.principal)) ?? [] { presence.see(ticket) }
    }

    private func seeOut(_ socket: Socket) {
        guard let principal = socket.data.get(Principal.self) else { return }
        if let login = socket.data.get(SocketVisit.self)?.login { watch.remove(login) }
        presence.leave(principal, on: socket.id)
    }
}
