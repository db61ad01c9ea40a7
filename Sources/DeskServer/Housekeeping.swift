import Desk
import ServiceLifecycle

/// What is looked after in a steady beat: ended logins, and people who have been away for long enough.
struct Housekeeping: Service {
    let interval: Duration
    let desk: Desk
    let watch: LoginWatch
    let presence: PresenceDesk

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeping only fails when it is time to stop.
            while (try? await Task.sleep(for: interval)) != nil {
                await watch.look(at: desk)
                presence.sweep()
            }
        }
    }
}
