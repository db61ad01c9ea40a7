import Desk
import EngineIO
import Logging
import Synchronization
import Testing

@testable import DeskServer

struct RateLimiterTests {
    /// A clock that stands still until it is moved.
    private final class Clock: Sendable {
        private let time = Mutex(Duration.zero)
        var elapsed: Duration { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
    }

    private let clock = Clock()

    private func limiter(_ limits: Limits? = Limits()) -> RateLimiter {
        let addresses = ClientAddresses(trusted: [], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return RateLimiter(limits, addresses: addresses, elapsed: { [clock] in clock.elapsed })
    }

    private func address(_ text: String = "192.0.2.1") throws -> ClientAddress {
        ClientAddress(try #require(IPAddress(text)))
    }

    private func retryAfter(_ work: () throws(DeskError) -> Void) -> Duration? {
        do throws(DeskError) {
            try work()
            return nil
        } catch {
            guard case .rateLimited(let wait) = error else { return nil }
            return wait
        }
    }

    @Test func `a guest writes thirty messages at once, over however many sockets, then five a second`() throws {
        let limiter = limiter()
        let connections = (0..<10).map { _ in SessionID.random() }
        func write(_ guest: String = "guest-1", on connection: Int) -> Duration? {
            retryAfter { () throws(DeskError) in
                try limiter.charge(.write, to: Sample.guest(guest), on: connections[connection])
            }
        }
        for number in 0..<30 { #expect(write(on: number % 3) == nil) }
        #expect(write(on: 9) == .milliseconds(200))
        #expect(write("guest-2", on: 9) == nil, "it is the guest's own limit")
        clock.advance(by: .milliseconds(200))
        #expect(write(on: 1) == nil)
        #expect(write(on: 1) == .milliseconds(200))
    }

    @Test func `an agent writes a hundred at once, then twenty a second`() {
        let limiter = limiter()
        let socket = SessionID.random()
        func write() -> Duration? {
            retryAfter { () throws(DeskError) in try limiter.charge(.write, to: Sample.agent(), on: socket) }
        }
        for _ in 0..<100 { #expect(write() == nil) }
        #expect(write() == .milliseconds(50))
    }

    @Test func `what one connection reads and signals is counted by itself`() {
        let limiter = limiter()
        for kind in [EventKind.query, .signal] {
            let (a, b) = (SessionID.random(), SessionID.random())
            func ask(on connection: SessionID) -> Duration? {
                retryAfter { () throws(DeskError) in try limiter.charge(kind, to: Sample.guest(), on: connection) }
            }
            for _ in 0..<100 { #expect(ask(on: a) == nil) }
            #expect(ask(on: a) == .milliseconds(50))
            #expect(ask(on: b) == nil)
        }
    }

    @Test func `places come back once, when their holder is gone`() throws {
        var limits = Limits()
        limits.addressSockets = 3
        limits.guestSockets = 2
        let limiter = limiter(limits)
        let address = try address()
        func enter(as guest: String) throws(DeskError) -> [Place] {
            try limiter.enter(.guest(token: nil), from: address, on: .random()) + [
                limiter.enter(as: Sample.guest(guest))
            ]
        }
        var first: [Place]? = try enter(as: "a")
        let second = try enter(as: "a")
        // Refused as one too many of the guest: the place of the address comes back at once.
        #expect(throws: DeskError.rateLimited(retryAfter: .seconds(5))) { try enter(as: "a") }
        let third = try enter(as: "b")
        #expect(throws: DeskError.rateLimited(retryAfter: .seconds(5))) { try enter(as: "c") }
        #expect(try limiter.enter(.guest(token: nil), from: self.address("192.0.2.2"), on: .random()).count == 1)
        #expect(
            try limiter.enter(.login(cookie: "c"), from: address, on: .random()).isEmpty,
            "agents have places of their own"
        )
        #expect(first?.count == 2)
        first = nil
        let fourth = try enter(as: "a")
        #expect(throws: DeskError.self) { try enter(as: "c") }
        withExtendedLifetime((second, third, fourth)) {}
    }

    @Test func `handshakes are counted by address, and refused ones come back later`() throws {
        let limiter = limiter()
        func admits(_ client: String) throws -> Bool { limiter.admits(try address(client)) }
        for _ in 0..<200 { #expect(try admits("192.0.2.1")) }
        #expect(try !admits("192.0.2.1"))
        #expect(try admits("192.0.2.2"))
        clock.advance(by: .milliseconds(20))
        #expect(try admits("192.0.2.1"))
        #expect(try !admits("192.0.2.1"))
    }

    @Test func `entering again and again without a handshake has an end`() throws {
        let limiter = limiter()
        let (address, connection) = (try address(), SessionID.random())
        for _ in 0..<100 { _ = try limiter.enter(.guest(token: nil), from: address, on: connection) }
        #expect(throws: DeskError.self) { try limiter.enter(.guest(token: nil), from: address, on: connection) }
    }

    @Test func `without limits everything is served`() throws {
        let limiter = limiter(nil)
        let address = try address()
        var places: [Place] = []
        for _ in 0..<2000 {
            #expect(limiter.admits(address))
            places +=
                try limiter.enter(.guest(token: nil), from: address, on: .random()) + [
                    limiter.enter(as: Sample.guest())
                ]
            try limiter.charge(.write, to: Sample.guest(), on: SessionID.random())
            try limiter.tickets.take(address)
            try limiter.posts.take(address)
        }
        #expect(places.count == 4000)
    }
}
