import Desk
import Logging
import ServiceLifecycle

/// What is looked after in a steady beat: ended logins, failed ones, other keys, people who have been away for long enough, and, once
/// an hour, what has been kept for long enough.
struct Housekeeping: Service {
    let interval: Duration
    let desk: Desk
    let keys: LoginKeyReload
    let watch: LoginWatch
    let settings: CurrentSettings
    let presence: PresenceDesk
    let viewing: ViewingDesk
    let cannedReplies: CannedReplyNews
    let failures: LoginFailureLog
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var cleansAt = ContinuousClock.now
            var notesUseAt = ContinuousClock.now
            var retention = settings.retention
            // Sleeping only fails when it is time to stop.
            while (try? await Task.sleep(for: interval)) != nil {
                await watch.look(at: desk)
                await settings.look(at: desk)
                await cannedReplies.look()
                // A shorter time is kept at once.
                if settings.retention != retention {
                    retention = settings.retention
                    cleansAt = .now
                }
                presence.sweep()
                viewing.sweep()
                await keys.look()
                await failures.write(to: desk)
                if notesUseAt <= .now {
                    notesUseAt = .now + LoginSession.usePrecision
                    await watch.noteUse(in: desk)
                }
                guard cleansAt <= .now else { continue }
                cleansAt = .now + .seconds(3600)
                await forget(olderThan: retention)
            }
        }
        await failures.write(to: desk, isLast: true)
    }

    private func forget(olderThan retention: Retention) async {
        do {
            try await desk.deleteOldSessions()
            guard let age = retention.age else { return }
            let erasure = try await desk.eraseTickets(closedFor: age)
            guard erasure.tickets > 0 else { return }
            logger.info("Deleted tickets kept for long enough", metadata: ["tickets": "\(erasure.tickets)"])
        } catch {
            logger.warning("Deleting what is old failed", metadata: ["error": "\(error)"])
        }
    }
}
