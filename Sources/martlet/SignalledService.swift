import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs a service until SIGTERM or SIGINT, and sees to it that the process then ends: in order, or when the time
/// is up, or at once with a second signal. Nothing is lost by the latter two: what was acknowledged is on disk.
struct SignalledService {
    private let service: any Service
    private let timeout: Duration
    private let logger: Logger

    init(_ service: any Service, timeout: Duration, logger: Logger) {
        self.service = service
        self.timeout = timeout
        self.logger = logger
    }

    /// Returns when the service has ended in order.
    func run() async throws {
        let group = ServiceGroup(services: [service], logger: logger)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var isEnding = false
                for await signal in signals {
                    if isEnding { die(of: signal) }
                    isEnding = true
                    logger.notice("Ending", metadata: ["signal": "\(signal)", "timeout": "\(timeout)"])
                    exitLater()
                    await group.triggerGracefulShutdown()
                }
            }
            // The other ends only when it is cancelled.
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private func exitLater() {
        DispatchQueue.global()
            .asyncAfter(deadline: .now() + timeout / .seconds(1)) { [logger] in
                logger.warning("Not everything ended in time")
                _exit(0)
            }
    }
}

/// As if nobody had asked for the signal, so that whoever waits for the process sees what it was.
private func die(of signal: UnixSignal) -> Never {
    let number = signal == .sigint ? SIGINT : SIGTERM
    Foundation.signal(number, SIG_DFL)
    // The threads of a pool take no signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
    _exit(1)
}
