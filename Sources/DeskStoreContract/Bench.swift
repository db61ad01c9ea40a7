package import Desk
import Synchronization

/// A desk on a store under test, with a clock that stands still until it is moved and a memory of
/// everything published.
package final class Bench: Sendable {
    package let desk: Desk
    private let store: any DeskStore
    private let recorder: Recorder

    /// Separate, so that the desk's closures do not hold the desk.
    private final class Recorder: Sendable {
        struct State {
            var now = Timestamp(milliseconds: 1_790_000_000_000)
            var generator = SystemRandomNumberGenerator()
            var events: [DeskEvent] = []
        }

        let state = Mutex(State())
    }

    package init(store: any DeskStore) {
        let recorder = Recorder()
        self.store = store
        self.recorder = recorder
        self.desk = Self.desk(on: store, recorder)
    }

    /// Another desk on the same store, with the same clock.
    package func desk(with filter: WordFilter = .off, quota: TicketQuota? = nil) -> Desk {
        Self.desk(on: store, recorder, filter, quota)
    }

    private static func desk(
        on store: any DeskStore,
        _ recorder: Recorder,
        _ filter: WordFilter = .off,
        _ quota: TicketQuota? = nil
    ) -> Desk {
        Desk(
            store: store,
            now: { recorder.state.withLock { $0.now } },
            makeID: { recorder.state.withLock { RandomID.make(using: &$0.generator) } },
            wordFilter: { filter },
            quota: quota,
            publish: { events in recorder.state.withLock { $0.events += events } }
        )
    }

    package var now: Timestamp {
        recorder.state.withLock { $0.now }
    }

    package func advance(by duration: Duration) {
        recorder.state.withLock { $0.now = $0.now.advanced(by: duration) }
    }

    /// Everything published since the last call, in order.
    package func takeEvents() -> [DeskEvent] {
        recorder.state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// What the audit log says, oldest first.
    package func audit() async throws -> [AuditEntry] {
        try await desk.audit(AuditQuery(limit: AuditQuery.maximumLimit), for: nil).records.reversed().map(\.entry)
    }

    package func guest(_ name: String? = nil) -> Principal {
        .guest(Guest.ID(rawValue: newID()), name: name)
    }

    /// An enabled agent with an account.
    package func agent(_ username: String = "agent", role: Role = .agent) async throws -> Principal {
        try await account(username, role: role).principal
    }

    package func account(_ username: String = "agent", role: Role = .agent) async throws -> Account {
        try await desk.createAccount(
            username: username,
            name: "Name of \(username)",
            role: role,
            passwordHash: "$hash",
            by: .commandLine
        )
    }

    package func ticket(by guest: Principal, text: String? = nil) async throws -> Ticket {
        try await desk.createTicket(text: text, by: guest).ticket
    }

    package func newID() -> String {
        recorder.state.withLock { RandomID.make(using: &$0.generator) }
    }
}
