import Desk
import Logging
import SocketIO
import Synchronization

/// Ends the sockets of logins that are over, wherever they were ended: here, on the command line, or by
/// time. Thread-safe.
final class LoginWatch: Sendable {
    /// How much further than the last look each look goes back: another process has its own clock, and
    /// commits later than it stamps.
    private static let overlap = Duration.seconds(-10)

    private struct State {
        var logins = LiveLogins()
        var lastLook: Timestamp
    }

    private let namespace: Namespace
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state: Mutex<State>

    init(namespace: Namespace, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.namespace = namespace
        self.now = now
        self.logger = logger
        self.state = Mutex(State(lastLook: now()))
    }

    /// A socket with this login is in its room.
    func add(_ login: Login) {
        state.withLock { $0.logins.add(login) }
    }

    func remove(_ id: LoginSession.ID) {
        state.withLock { $0.logins.remove(id) }
    }

    /// Ends the sockets of one login at once, on every node.
    func end(_ id: LoginSession.ID, because reason: LiveLogins.EndReason) {
        end(namespace.to(Rooms.login(id)), because: reason)
    }

    /// `revoked`, then 41 and the close.
    private func end(_ sockets: BroadcastOperator, because reason: LiveLogins.EndReason) {
        sockets.emit("revoked", WireFormat.revoked(reason))
        sockets.disconnectSockets(closeConnection: true)
    }

    /// A login with sockets is in use, even if nothing else is asked for.
    func noteUse(in desk: Desk) async {
        for id in state.withLock({ $0.logins.ids }) {
            guard let login = try? await desk.login(id) else { continue }
            await desk.noteUse(of: login.session)
        }
    }

    /// Takes one look at what changed in the store. A look that fails is made up for by the next.
    func look(at desk: Desk) async {
        let moment = now()
        let since = state.withLock { $0.lastLook }.advanced(by: Self.overlap)
        do {
            let changes = try await desk.accountChanges(since: since)
            let ended = state.withLock { state in
                state.lastLook = moment
                return state.logins.ended(by: changes, at: moment)
            }
            // Every node looks for itself.
            for login in ended { end(namespace.to(Rooms.login(login.id)).local, because: login.reason) }
        } catch {
            logger.warning("Looking for ended logins failed", metadata: ["error": "\(error)"])
        }
    }
}
