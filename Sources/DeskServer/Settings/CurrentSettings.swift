import Desk
import Logging
import Synchronization

/// What an admin has set, as this server last read it: looked at in the steady beat, so that the command line
/// and other nodes are obeyed within a second. Thread-safe, and quick: asked on event loops.
final class CurrentSettings: Sendable {
    private struct State {
        var wordFilter = WordFilter.off
        var sites = [Site.initial]
        var siteOrigins: Set<String> = []
        var retention = Retention.standard
    }

    private let state = Mutex(State())
    private let allowedOrigins: Set<WebOrigin>
    /// What the operator has fixed at the start; it wins over what an admin has set.
    let fixedRetention: Retention?
    private let logger: Logger

    /// - Parameter allowedOrigins: Those that the operator allows on all sites.
    init(allowedOrigins: Set<WebOrigin>, fixedRetention: Retention?, logger: Logger) {
        self.allowedOrigins = allowedOrigins
        self.fixedRetention = fixedRetention
        self.logger = logger
    }

    var wordFilter: WordFilter { state.withLock(\.wordFilter) }

    /// The one in force.
    var retention: Retention { fixedRetention ?? state.withLock(\.retention) }

    /// Nil if there is none.
    func site(_ id: Site.ID) -> Site? {
        state.withLock { state in state.sites.first { $0.id == id } }
    }

    func isAllowedEverywhere(_ origin: WebOrigin) -> Bool {
        allowedOrigins.contains(origin)
    }

    /// Whether pages of that origin may connect, for whichever site.
    ///
    /// - Parameter origin: As in the header `Origin`, in lower case.
    func isOfASite(_ origin: String) -> Bool {
        state.withLock { $0.siteOrigins.contains(origin) }
    }

    /// Everybody's whose pages may connect, and show the customer page in a frame; sorted.
    var origins: [String] {
        state.withLock { $0.siteOrigins }.union(allowedOrigins.map(\.rawValue)).sorted()
    }

    /// A look that fails is made up for by the next.
    func look(at desk: Desk) async {
        do {
            let (filter, sites) = (try await desk.storedWordFilter(), try await desk.sites())
            let retention = try await desk.storedRetention()
            let origins = Set(sites.flatMap(\.profile.origins).map(\.rawValue))
            state.withLock { state in
                state = State(wordFilter: filter, sites: sites, siteOrigins: origins, retention: retention)
            }
        } catch {
            logger.warning("Reading the settings failed", metadata: ["error": "\(error)"])
        }
    }
}
