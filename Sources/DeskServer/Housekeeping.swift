import Desk
import Logging
import ServiceLifecycle

/// What is looked after in a steady beat: ended logins, people who have been away for long enough, and, once
/// an hour, what has been kept for long enough.
struct Housekeeping: Service {
    let interval: Duration
    let desk: Desk
    let watch: LoginWatch
    let presence: PresenceDesk
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var cleansAt = ContinuousClock.now
            // Sleeping only fails when it is time to stop.
            while (try? await Task.sleep(for: interval)) != nil {
                await watch.look(at: desk)
                presence.sweep()
                guard cleansAt <= .now else { continue }
                cleansAt = .now + .seconds(3600)
                await forgetOldSessions()
            }
        }
    }

    private func forgetOldSessions() async {
        do {
            try await desk.deleteOldSessions()
        } catch {
            logger.warning("Deleting old login sessions failed", metadata: ["error": "\(error)"])
        }
    }
}
