import Desk
import Testing

@testable import DeskServer

@Suite struct PresenceBoardTests {
    private let now = Sample.start
    private var board = PresenceBoard(grace: .seconds(10))

    @Test mutating func `guests hear of the first agent and agents of each`() {
        #expect(board.arrive(Sample.agent("a")) == [toAgents("a", true), .toGuests(isOnline: true)])
        #expect(board.arrive(Sample.agent("b")) == [toAgents("b", true)])
        #expect(board.arrive(Sample.agent("b")) == [], "a second window changes nothing")
        #expect(board.state(for: Sample.guest()) == [.toGuests(isOnline: true)])
        #expect(board.state(for: Sample.agent("b")) == [toAgents("a", true), toAgents("b", true)])
    }

    @Test mutating func `whoever comes back within the grace was never away`() {
        _ = board.arrive(Sample.agent("a"))
        board.leave(Sample.agent("a"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(9))) == [])
        #expect(board.arrive(Sample.agent("a")) == [])
        #expect(board.sweep(at: now.advanced(by: .seconds(60))) == [])
    }

    @Test mutating func `whoever stays away is gone, and with the last agent all are`() {
        _ = board.arrive(Sample.agent("a"))
        _ = board.arrive(Sample.agent("a"))
        board.leave(Sample.agent("a"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(60))) == [], "one window is still open")
        board.leave(Sample.agent("a"), at: now)
        #expect(
            board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("a", false), .toGuests(isOnline: false)]
        )
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [])
        #expect(board.state(for: Sample.guest()) == [.toGuests(isOnline: false)])
    }

    @Test mutating func `a guest is seen as long as a ticket of theirs is open`() {
        var ticket = Sample.ticket()
        #expect(board.see(ticket) == [], "not connected")
        #expect(board.arrive(Sample.guest()) == [])
        #expect(board.state(for: Sample.agent()) == [])
        #expect(board.see(ticket) == [toAgents("guest-1", true, .guest)])
        #expect(board.see(ticket) == [])
        #expect(board.see(Sample.ticket("ticket-2")) == [])
        ticket.status = .closed
        #expect(board.see(ticket) == [], "the other one is open")
        var other = Sample.ticket("ticket-2")
        other.status = .closed
        #expect(board.see(other) == [toAgents("guest-1", false, .guest)])
    }

    @Test mutating func `a guest who leaves is said to be gone after the grace`() {
        _ = board.arrive(Sample.guest())
        _ = board.see(Sample.ticket())
        board.leave(Sample.guest(), at: now)
        #expect(board.state(for: Sample.agent()) == [toAgents("guest-1", true, .guest)])
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("guest-1", false, .guest)])
    }

    private func toAgents(_ id: String, _ isOnline: Bool, _ role: Role = .agent) -> PresenceBoard.Notice {
        .toAgents(role: role, userID: id, isOnline: isOnline)
    }
}
