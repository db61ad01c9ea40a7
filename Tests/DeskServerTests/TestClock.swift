import Desk
import Synchronization

@testable import DeskServer

/// A clock that stands still until it is moved. It begins now, so that other clocks agree.
final class TestClock: Sendable {
    private let moment = Mutex(SystemClock.now())

    var now: @Sendable () -> Timestamp {
        { self.moment.withLock(\.self) }
    }

    func advance(by duration: Duration) {
        moment.withLock { $0 = $0.advanced(by: duration) }
    }
}
