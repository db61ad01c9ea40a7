import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import EngineIO

struct HTTPConnectionStateTests {
    private static let timing = HTTPConnectionState.Timing(
        request: .seconds(20),
        keepAlive: .seconds(65),
        shutdown: .seconds(5)
    )
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }
    private static func state() -> HTTPConnectionState {
        HTTPConnectionState(timing: self.timing, maxBody: 100, at: self.at(0))
    }
    private static func head(_ headers: HTTPHeaders = [:]) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: .POST, uri: "/socket.io/", headers: headers)
    }

    @Test func `a connection waits for a head, then for the rest, then for the next`() {
        var state = Self.state()
        #expect(state.deadline == Self.at(20))
        #expect(state.head(Self.head(), isOurs: false, isLast: false, at: Self.at(10)) == .forward)
        #expect(state.deadline == Self.at(30))
        #expect(state.body(1_000_000) == .forward)
        state.answered(at: Self.at(12))
        #expect(state.isIdle)
        #expect(state.deadline == Self.at(77))
    }

    @Test func `a body over the bound is refused by its length and while it comes`() {
        var announced = Self.state()
        let head = Self.head(["content-length": "101"])
        #expect(announced.head(head, isOurs: true, isLast: false, at: Self.at(0)) == .refuse(.payloadTooLarge))
        #expect(announced.isLast)
        #expect(announced.body(50) == .ignore)
        var streamed = Self.state()
        #expect(streamed.head(Self.head(), isOurs: true, isLast: false, at: Self.at(0)) == .collect)
        #expect(streamed.body(100) == .collect)
        #expect(streamed.body(1) == .refuse(.payloadTooLarge))
        streamed.answered(at: Self.at(1))
        #expect(!streamed.isEnded, "the rest is read away first")
        var huge = Self.state()
        let endless = Self.head(["content-length": "99999999999999999999999"])
        #expect(huge.head(endless, isOurs: true, isLast: false, at: Self.at(0)) == .collect, "the parser refuses it")
    }

    @Test func `nothing is begun after the last answer`() {
        var state = Self.state()
        _ = state.head(Self.head(), isOurs: false, isLast: true, at: Self.at(0))
        state.answered(at: Self.at(1))
        #expect(state.isEnded)
        #expect(state.head(Self.head(), isOurs: true, isLast: false, at: Self.at(1)) == .ignore)
        #expect(state.body(1) == .ignore)
    }

    @Test func `an application may take its time, a client that takes nothing may not`() {
        var state = Self.state()
        _ = state.head(Self.head(), isOurs: false, isLast: false, at: Self.at(0))
        #expect(state.expire(isWritable: true, at: Self.at(20)) == true, "half a request")
        var complete = Self.forwarded()
        #expect(complete.expire(isWritable: true, at: Self.at(20)) == false)
        #expect(complete.deadline == Self.at(40))
        complete.progressed(at: Self.at(30))
        #expect(complete.deadline == Self.at(50))
        #expect(complete.expire(isWritable: false, at: Self.at(50)) == true)
    }

    @Test func `a shutdown leaves little time, whatever goes on`() {
        var working = Self.forwarded()
        working.shutDown(at: Self.at(1))
        #expect(working.deadline == Self.at(6))
        working.progressed(at: Self.at(5))
        #expect(working.deadline == Self.at(6), "progress does not put it off")
        #expect(working.expire(isWritable: true, at: Self.at(6)) == true)
        var idle = Self.state()
        idle.shutDown(at: Self.at(1))
        #expect(idle.deadline == Self.at(6))
        _ = idle.head(Self.head(), isOurs: false, isLast: false, at: Self.at(2))
        #expect(idle.isLast)
        #expect(idle.deadline == Self.at(6))
    }

    private static func forwarded() -> HTTPConnectionState {
        var state = self.state()
        _ = state.head(self.head(), isOurs: false, isLast: false, at: self.at(0))
        _ = state.end({ preconditionFailure("a forwarded request has no exchange") }(), at: self.at(0))
        return state
    }
}
