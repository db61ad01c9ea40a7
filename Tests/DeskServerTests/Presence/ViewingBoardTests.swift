import Desk
import SocketIO
import Testing

@testable import DeskServer

struct ViewingBoardTests {
    private let ticket = Ticket.ID(rawValue: "t")
    private let other = Ticket.ID(rawValue: "u")
    private let ann = Principal.agent(Account.ID(rawValue: "a"), name: "Ann", role: .agent)
    private let tab = SocketID(rawValue: "1")
    private let second = SocketID(rawValue: "2")
    private var board = ViewingBoard()

    private func at(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }

    private func notice(_ state: ViewingBoard.State, in ticket: Ticket.ID) -> ViewingBoard.Notice {
        ViewingBoard.Notice(ticketID: ticket, userID: "a", name: "Ann", state: state)
    }

    @Test mutating func `the others hear what somebody does, and who comes later what is so`() {
        #expect(board.view(ticket, .reading, by: ann, on: tab, at: at(0)) == [notice(.reading, in: ticket)])
        #expect(board.view(ticket, .writing, by: ann, on: tab, at: at(1)) == [notice(.writing, in: ticket)])
        #expect(board.state(of: ticket, for: "b") == [notice(.writing, in: ticket)])
        #expect(board.state(of: ticket, for: "a").isEmpty)
        #expect(board.state(of: other, for: "b").isEmpty)
    }

    @Test mutating func `who looks at another ticket has left the first`() {
        _ = board.view(ticket, .reading, by: ann, on: tab, at: at(0))
        let told = board.view(other, .noting, by: ann, on: tab, at: at(1))
        #expect(told == [notice(.noting, in: other), notice(.none, in: ticket)])
    }

    @Test mutating func `who says nothing more, or is gone, looks no more`() {
        _ = board.view(ticket, .reading, by: ann, on: tab, at: at(0))
        _ = board.view(ticket, .reading, by: ann, on: tab, at: at(15))
        #expect(board.sweep(at: at(44)).isEmpty)
        #expect(board.sweep(at: at(45)) == [notice(.none, in: ticket)])
        #expect(board.sweep(at: at(46)).isEmpty)
        _ = board.view(ticket, .reading, by: ann, on: tab, at: at(50))
        #expect(board.ticket(of: tab) == ticket)
        #expect(board.leave(tab) == [notice(.none, in: ticket)])
        #expect(board.leave(tab).isEmpty)
    }

    @Test mutating func `an agent in two tabs does what counts most, until both are gone`() {
        _ = board.view(ticket, .writing, by: ann, on: tab, at: at(0))
        #expect(board.view(ticket, .reading, by: ann, on: second, at: at(0)) == [notice(.writing, in: ticket)])
        #expect(board.state(of: ticket, for: "b") == [notice(.writing, in: ticket)])
        #expect(board.leave(second).isEmpty)
        _ = board.view(ticket, .reading, by: ann, on: second, at: at(1))
        #expect(board.leave(tab) == [notice(.reading, in: ticket)])
        #expect(board.view(other, .reading, by: ann, on: second, at: at(2)).last == notice(.none, in: ticket))
    }
}
