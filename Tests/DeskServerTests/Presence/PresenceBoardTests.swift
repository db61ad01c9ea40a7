import Desk
import SocketIO
import Testing

@testable import DeskServer

@Suite struct PresenceBoardTests {
    private let now = Sample.start
    private var board = PresenceBoard(grace: .seconds(10))

    @Test mutating func `guests hear of the first agent and agents of each`() {
        #expect(
            board.arrive(Sample.agent("a"), on: Sample.socket("s1")) == [
                toAgents("a", .online), .toGuests(isOnline: true),
            ]
        )
        #expect(board.arrive(Sample.agent("b"), on: Sample.socket("s2")) == [toAgents("b", .online)])
        #expect(board.arrive(Sample.agent("b"), on: Sample.socket("s3")) == [], "a second window changes nothing")
        #expect(board.state(for: Sample.guest()) == [.toGuests(isOnline: true)])
        #expect(board.state(for: Sample.agent("b")) == [toAgents("a", .online), toAgents("b", .online)])
        #expect((board.status(of: "a"), board.status(of: "nobody")) == (.online, .offline))
    }

    @Test mutating func `whoever comes back within the grace was never away`() {
        _ = board.arrive(Sample.agent("a"), on: Sample.socket("s1"))
        board.leave(Sample.agent("a"), on: Sample.socket("s1"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(9))) == [])
        #expect(board.arrive(Sample.agent("a"), on: Sample.socket("s2")) == [])
        #expect(board.sweep(at: now.advanced(by: .seconds(60))) == [])
    }

    @Test mutating func `whoever stays away is gone, and with the last agent all are`() {
        _ = board.arrive(Sample.agent("a"), on: Sample.socket("s1"))
        _ = board.arrive(Sample.agent("a"), on: Sample.socket("s2"))
        board.leave(Sample.agent("a"), on: Sample.socket("s1"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(60))) == [], "one window is still open")
        board.leave(Sample.agent("a"), on: Sample.socket("s2"), at: now)
        #expect(
            board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("a", .offline), .toGuests(isOnline: false)]
        )
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [])
        #expect(board.state(for: Sample.guest()) == [.toGuests(isOnline: false)])
    }

    @Test mutating func `an agent who is away by hand stays so whatever the pages say, and counts for no guest`() {
        let ada = Sample.agent("a")
        _ = board.arrive(ada, on: Sample.socket("s1"))
        #expect(
            board.setAway(true, by: ada, on: Sample.socket("s1")) == [toAgents("a", .away), .toGuests(isOnline: false)]
        )
        #expect(board.setAway(true, by: ada, on: Sample.socket("s1")) == [])
        #expect(board.setIdle(true, by: ada, on: Sample.socket("s1")) == [])
        #expect(board.setIdle(false, by: ada, on: Sample.socket("s1")) == [])
        #expect(board.arrive(ada, on: Sample.socket("s2")) == [], "another window is no return")
        #expect(board.state(for: Sample.guest()) == [.toGuests(isOnline: false)])
        #expect(
            board.arrive(Sample.agent("b"), on: Sample.socket("s3")) == [
                toAgents("b", .online), .toGuests(isOnline: true),
            ]
        )
        #expect(board.state(for: ada) == [toAgents("a", .away), toAgents("b", .online)])
        #expect(board.setAway(false, by: ada, on: Sample.socket("s2")) == [toAgents("a", .online)])
    }

    @Test mutating func `away survives a reload and ends with the last window`() {
        let ada = Sample.agent("a")
        _ = board.arrive(ada, on: Sample.socket("s1"))
        _ = board.setAway(true, by: ada, on: Sample.socket("s1"))
        board.leave(ada, on: Sample.socket("s1"), at: now)
        #expect(board.arrive(ada, on: Sample.socket("s2")) == [])
        #expect(board.status(of: "a") == .away)
        board.leave(ada, on: Sample.socket("s2"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("a", .offline)])
        #expect(board.arrive(ada, on: Sample.socket("s3")) == [toAgents("a", .online), .toGuests(isOnline: true)])
    }

    @Test mutating func `an agent is idle when all windows are, a closed one excepted`() {
        let ada = Sample.agent("a")
        _ = board.arrive(ada, on: Sample.socket("s1"))
        _ = board.arrive(ada, on: Sample.socket("s2"))
        #expect(board.setIdle(true, by: ada, on: Sample.socket("s1")) == [])
        #expect(
            board.setIdle(true, by: ada, on: Sample.socket("s2")) == [toAgents("a", .away), .toGuests(isOnline: false)]
        )
        #expect(
            board.setIdle(false, by: ada, on: Sample.socket("s2")) == [
                toAgents("a", .online), .toGuests(isOnline: true),
            ]
        )
        board.leave(ada, on: Sample.socket("s2"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(9))) == [])
        #expect(
            board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("a", .away), .toGuests(isOnline: false)],
            "the window somebody worked in is closed"
        )
        #expect(
            board.setAway(false, by: ada, on: Sample.socket("s1")) == [
                toAgents("a", .online), .toGuests(isOnline: true),
            ]
        )
    }

    @Test mutating func `who is not here, or a guest, is never away`() {
        #expect(board.setAway(true, by: Sample.agent("a"), on: Sample.socket("s1")) == [])
        #expect(board.setIdle(true, by: Sample.agent("a"), on: Sample.socket("s1")) == [])
        _ = board.arrive(Sample.guest(), on: Sample.socket("s1"))
        #expect(board.setAway(true, by: Sample.guest(), on: Sample.socket("s1")) == [])
        board.leave(Sample.guest(), on: Sample.socket("another"), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(60))) == [])
    }

    @Test mutating func `a guest is seen as long as a ticket of theirs is open`() {
        var ticket = Sample.ticket()
        #expect(board.see(ticket) == [], "not connected")
        #expect(board.arrive(Sample.guest(), on: Sample.socket("s1")) == [])
        #expect(board.state(for: Sample.agent()) == [])
        #expect(board.see(ticket) == [toAgents("guest-1", .online, .guest)])
        #expect(board.see(ticket) == [])
        #expect(board.see(Sample.ticket("ticket-2")) == [])
        ticket.status = .closed
        #expect(board.see(ticket) == [], "the other one is open")
        var other = Sample.ticket("ticket-2")
        other.status = .closed
        #expect(board.see(other) == [toAgents("guest-1", .offline, .guest)])
    }

    @Test mutating func `boards of two nodes show the same, and who is on both is here until both are gone`() throws {
        let (one, two) = (Sample.socket("s1"), Sample.socket("s2"))
        _ = board.apply(.arrive(Sample.agent("a"), one, isIdle: false), at: now)
        let there = PresenceChange.arrive(Sample.agent("a"), two, isIdle: true)
        #expect(board.apply(there, of: "node", at: now) == [])
        #expect(board.socketsElsewhere(of: "a") == 1)
        #expect(
            board.own == [
                .arrive(Principal.agent(Account.ID(rawValue: "a"), name: "", role: .agent), one, isIdle: false),
                .away(Principal.agent(Account.ID(rawValue: "a"), name: "", role: .agent), one, false),
            ]
        )
        _ = board.apply(.leave(Sample.agent("a"), one), at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("a", .away), .toGuests(isOnline: false)])
        board.end("node", but: [there], at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(20))) == [])
        board.end("node", at: now)
        #expect(board.sweep(at: now.advanced(by: .seconds(20))) == [toAgents("a", .offline)])
    }

    @Test func `a change reads as it was written`() {
        let (agent, guest) = (Account.ID(rawValue: "a"), Guest.ID(rawValue: "g"))
        let changes: [PresenceChange] = [
            .arrive(.guest(guest, name: nil), Sample.socket("s"), isIdle: true),
            .leave(.agent(agent, name: "", role: .admin), Sample.socket("s")),
            .away(.agent(agent, name: "", role: .agent), Sample.socket("s"), false),
            .idle(.agent(agent, name: "", role: .agent), Sample.socket("s"), true),
            .ticket(Ticket.ID(rawValue: "t"), of: guest, isOpen: false),
        ]
        for change in changes { #expect(PresenceChange(change.json) == change) }
        for json: JSON in ["arrive", [:], ["kind": "arrive", "userId": "a", "value": true], ["kind": 1]] {
            #expect(PresenceChange(json) == nil)
        }
    }

    @Test mutating func `a guest who leaves is said to be gone after the grace`() {
        _ = board.arrive(Sample.guest(), on: Sample.socket("s1"))
        _ = board.see(Sample.ticket())
        board.leave(Sample.guest(), on: Sample.socket("s1"), at: now)
        #expect(board.state(for: Sample.agent()) == [toAgents("guest-1", .online, .guest)])
        #expect(board.sweep(at: now.advanced(by: .seconds(10))) == [toAgents("guest-1", .offline, .guest)])
    }

    private func toAgents(
        _ id: String,
        _ status: PresenceBoard.Status,
        _ role: Role = .agent
    ) -> PresenceBoard.Notice {
        .toAgents(role: role, userID: id, status: status)
    }

    @Test func `sockets of other nodes count for the address they came from, as long as they are there`() {
        var board = PresenceBoard(grace: .seconds(10))
        let now = Timestamp(milliseconds: 0)
        let (one, two) = (Sample.socket("s1"), Sample.socket("s2"))
        let there = PresenceChange.arrive(Sample.guest(), one, isIdle: false, from: "a")
        _ = board.apply(.arrive(Sample.guest(), two, isIdle: false, from: "a"), at: now)
        #expect(board.socketsElsewhere(from: "a") == 0, "what is here is counted here")
        for _ in 0..<2 { _ = board.apply(there, of: "other", at: now) }
        #expect(board.socketsElsewhere(from: "a") == 1, "told twice is there once")
        #expect(
            PresenceChange(there.json)
                == .arrive(.guest(Guest.ID(rawValue: "guest-1"), name: nil), one, isIdle: false, from: "a")
        )
        for _ in 0..<2 { _ = board.apply(.leave(Sample.guest(), one), of: "other", at: now) }
        #expect(board.socketsElsewhere(from: "a") == 0)
        _ = board.apply(there, of: "other", at: now)
        board.end("other", at: now)
        #expect(board.socketsElsewhere(from: "a") == 0)
    }
}
