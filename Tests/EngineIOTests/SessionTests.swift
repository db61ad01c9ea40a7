import NIOCore
import Testing

@testable import EngineIO

struct SessionTests {
    private static let timing = Session.Timing(
        pingInterval: .milliseconds(300),
        pingTimeout: .milliseconds(200),
        upgradeTimeout: .milliseconds(1000)
    )
    private static func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }
    private static func session(_ transport: Transport) -> Session {
        Session(transport: transport, timing: self.timing, at: self.at(0))
    }
    private static func text(_ type: PacketType, _ body: String = "") -> InboundPacket {
        .text(type, ByteBuffer(string: body))
    }

    @Test(arguments: [Transport.polling, .webSocket])
    func `the server pings each interval and gives up after the timeout`(transport: Transport) {
        var session = Self.session(transport)
        #expect(session.deadline == Self.at(300))
        #expect(session.tick(at: Self.at(299)) == .none)
        #expect(session.tick(at: Self.at(300)) == .ping)
        #expect(session.tick(at: Self.at(300)) == .none)
        #expect(session.receive(Self.text(.pong), over: transport, at: Self.at(310)) == .none)
        #expect(session.deadline == Self.at(610))
        #expect(session.tick(at: Self.at(610)) == .ping)
        #expect(session.tick(at: Self.at(809)) == .none)
        #expect(session.tick(at: Self.at(810)) == .close(.pingTimeout))
        #expect(!session.isOpen)
        #expect(session.deadline == nil)
    }

    @Test func `a sweep that comes late does not lengthen the time, but leaves the client half of it`() {
        var session = Self.session(.polling)
        #expect(session.tick(at: Self.at(340)) == .ping)
        #expect(session.deadline == Self.at(500), "interval and timeout count from the handshake")
        var paused = Self.session(.polling)
        #expect(paused.tick(at: Self.at(5000)) == .ping)
        #expect(paused.deadline == Self.at(5100), "after a pause")
    }

    @Test func `a message is delivered only from the transport that carries the session`() {
        var session = Self.session(.polling)
        #expect(session.receive(Self.text(.message, "x"), over: .polling, at: Self.at(1)) == .deliver)
        #expect(session.receive(.binary(ByteBuffer()), over: .polling, at: Self.at(1)) == .deliver)
        #expect(session.receive(Self.text(.message, "x"), over: .webSocket, at: Self.at(1)) == .none)
    }

    @Test func `a ping from the client ends the session, since only the server pings`() {
        var session = Self.session(.webSocket)
        #expect(session.receive(Self.text(.ping), over: .webSocket, at: Self.at(1)) == .close(.transportError))
    }

    @Test func `a second poll ends the session`() {
        var session = Self.session(.polling)
        #expect(session.poll(isAnotherPending: false, at: Self.at(1)) == .serve)
        #expect(session.poll(isAnotherPending: true, at: Self.at(2)) == .conflict)
        #expect(session.poll(isAnotherPending: false, at: Self.at(3)) == .refuse)
    }

    @Test func `a close by POST leaves one noop for the next poll`() {
        var session = Self.session(.polling)
        #expect(session.receive(Self.text(.close), over: .polling, at: Self.at(1)) == .linger(.transportClose))
        #expect(session.poll(isAnotherPending: false, at: Self.at(2)) == .farewell)
        #expect(session.poll(isAnotherPending: false, at: Self.at(3)) == .refuse)
    }

    @Test func `an end by the server waits for the next poll, a broken session does not`() {
        var session = Self.session(.polling)
        #expect(session.end(.forcedClose, at: Self.at(1)) == .linger(.forcedClose))
        #expect(!session.isOpen)
        #expect(session.poll(isAnotherPending: false, at: Self.at(2)) == .farewell)
        var broken = Self.session(.polling)
        #expect(broken.close(.parseError) == .close(.parseError))
        #expect(broken.poll(isAnotherPending: false, at: Self.at(2)) == .refuse)
        var webSocket = Self.session(.webSocket)
        #expect(webSocket.end(.forcedClose, at: Self.at(1)) == .close(.forcedClose))
    }

    @Test func `the noop of a closed session is not kept for ever`() {
        var session = Self.session(.polling)
        _ = session.receive(Self.text(.close), over: .polling, at: Self.at(0))
        #expect(session.tick(at: Self.at(4999)) == .none)
        #expect(session.tick(at: Self.at(5000)) == .forget)
        #expect(session.deadline == nil)
    }

    @Test func `a probe and an upgrade packet move the session to the WebSocket`() {
        var session = Self.session(.polling)
        #expect(session.attachWebSocket(at: Self.at(1)) == true)
        #expect(session.attachWebSocket(at: Self.at(1)) == false, "one probing WebSocket at a time")
        #expect(session.receiveDuringUpgrade(Self.text(.ping, "probe")) == .answerProbe)
        #expect(session.holdsMessages)
        #expect(session.transport == .polling)
        #expect(session.receiveDuringUpgrade(Self.text(.upgrade)) == .completeUpgrade)
        #expect(session.transport == .webSocket)
        #expect(!session.holdsMessages)
        #expect(session.poll(isAnotherPending: false, at: Self.at(2)) == .refuse)
    }

    @Test(arguments: ["2wrong", "5", "4hello", "3probe"])
    func `anything but a probe first gives up the WebSocket and keeps polling`(packet: String) throws {
        var session = Self.session(.polling)
        _ = session.attachWebSocket(at: Self.at(1))
        #expect(session.receiveDuringUpgrade(try InboundPacket(text: ByteBuffer(string: packet))) == .abandonUpgrade)
        #expect(session.isOpen)
        #expect(session.poll(isAnotherPending: false, at: Self.at(2)) == .serve)
        #expect(session.attachWebSocket(at: Self.at(3)) == true, "the client may try again")
    }

    @Test func `an upgrade that is not completed in time is given up`() {
        var session = Self.session(.polling)
        _ = session.attachWebSocket(at: Self.at(0))
        _ = session.receiveDuringUpgrade(Self.text(.ping, "probe"))
        _ = session.tick(at: Self.at(300))
        _ = session.receive(Self.text(.pong), over: .polling, at: Self.at(301))
        _ = session.tick(at: Self.at(601))
        _ = session.receive(Self.text(.pong), over: .polling, at: Self.at(801))
        #expect(session.tick(at: Self.at(1000)) == .abandonUpgrade)
        #expect(session.isOpen)
    }

    @Test func `a poll during an upgrade ends soon, so that the client can go on`() {
        var session = Self.session(.polling)
        _ = session.attachWebSocket(at: Self.at(0))
        _ = session.receiveDuringUpgrade(Self.text(.ping, "probe"))
        #expect(session.poll(isAnotherPending: false, at: Self.at(10)) == .serve)
        #expect(session.deadline == Self.at(110))
        #expect(session.tick(at: Self.at(110)) == .endPoll)
    }

    @Test func `a session closes once`() {
        var session = Self.session(.webSocket)
        #expect(session.close(.forcedClose) == .close(.forcedClose))
        #expect(session.close(.transportClose) == .none)
        #expect(session.receive(Self.text(.message), over: .webSocket, at: Self.at(1)) == .none)
        #expect(session.tick(at: Self.at(10_000)) == .none)
    }
}
