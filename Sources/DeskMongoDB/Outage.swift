#if MongoDB
import Desk
import Synchronization

/// Whether the database is out of reach. Begun by whoever met it; over when the server answers again, which is asked
/// for as long as it lasts.
final class Outage: Sendable {
    private static let interval = Duration.milliseconds(500)

    private let client: MongoClient
    private let isOn = Mutex(false)

    init(of client: MongoClient) {
        self.client = client
    }

    var trouble: StoreTrouble? { isOn.withLock(\.self) ? .unreachable : nil }

    func begin() {
        let isNew = isOn.withLock { isOn in
            defer { isOn = true }
            return !isOn
        }
        guard isNew else { return }
        Task { [weak self] in
            repeat {
                try? await Task.sleep(for: Self.interval)
            } while await self?.isLasting() == true
        }
    }

    private func isLasting() async -> Bool {
        do {
            // Of the primary, as all commands.
            _ = try await client.read(["ping": 1])
            isOn.withLock { $0 = false }
            return false
        } catch {
            return true
        }
    }
}
#endif
