import Desk
import Logging
import Synchronization

/// What an admin has set, as this server last read it: looked at in the steady beat, so that the command line
/// and other nodes are obeyed within a second. Thread-safe.
final class CurrentSettings: Sendable {
    private let filter = Mutex(WordFilter.off)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    var wordFilter: WordFilter { filter.withLock(\.self) }

    /// A look that fails is made up for by the next.
    func look(at desk: Desk) async {
        do {
            let stored = try await desk.storedWordFilter()
            filter.withLock { $0 = stored }
        } catch {
            logger.warning("Reading the settings failed", metadata: ["error": "\(error)"])
        }
    }
}
