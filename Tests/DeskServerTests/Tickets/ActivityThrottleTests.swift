import Desk
import Testing

@testable import DeskServer

@Suite struct ActivityThrottleTests {
    private let start = ContinuousClock.now
    private var throttle = ActivityThrottle(interval: .milliseconds(250))

    @Test mutating func `the first goes out at once, the newest of the rest when the time has come`() {
        #expect(throttle.post(ticket(seq: 1), at: start) == .sendNow)
        #expect(throttle.post(ticket(seq: 2), at: at(100)) == .sendLater(after: .milliseconds(150)))
        #expect(throttle.post(ticket(seq: 3), at: at(200)) == .isWaiting)
        #expect(throttle.due(ticket(seq: 0).id, at: at(250)) == ticket(seq: 3))
        #expect(throttle.due(ticket(seq: 0).id, at: at(250)) == nil)
        #expect(throttle.post(ticket(seq: 4), at: at(300)) == .sendLater(after: .milliseconds(200)))
        #expect(throttle.due(ticket(seq: 0).id, at: at(500)) == ticket(seq: 4))
        #expect(throttle.post(ticket(seq: 5), at: at(750)) == .sendNow)
    }

    @Test mutating func `tickets do not wait for each other`() {
        #expect(throttle.post(Sample.ticket("a"), at: start) == .sendNow)
        #expect(throttle.post(Sample.ticket("b"), at: start) == .sendNow)
    }

    @Test mutating func `one that is late still waits for its turn only once`() {
        #expect(throttle.post(ticket(seq: 1), at: start) == .sendNow)
        #expect(throttle.post(ticket(seq: 2), at: at(1)) == .sendLater(after: .milliseconds(249)))
        // The timer is late; another message comes before it.
        #expect(throttle.post(ticket(seq: 3), at: at(20_000)) == .isWaiting)
        #expect(throttle.due(ticket(seq: 0).id, at: at(20_001)) == ticket(seq: 3))
    }

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
        start + .milliseconds(milliseconds)
    }

    private func ticket(seq: Int) -> Ticket {
        var ticket = Sample.ticket()
        ticket.lastSeq = seq
        return ticket
    }
}
