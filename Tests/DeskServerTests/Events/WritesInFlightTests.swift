import Testing

@testable import DeskServer

@Suite(.timeLimit(.minutes(1))) struct WritesInFlightTests {
    @Test func `so many and no more, and who waits is told when they are done`() async {
        let writes = WritesInFlight()
        for _ in 0..<WritesInFlight.limit { #expect(writes.begin()) }
        #expect(!writes.begin())
        async let half: Void = writes.settle(to: WritesInFlight.limit / 2)
        for _ in 0..<WritesInFlight.limit / 2 { writes.end() }
        await half
        #expect(writes.begin())
        writes.end()
        async let none: Void = writes.settle()
        for _ in 0..<WritesInFlight.limit / 2 { writes.end() }
        await none
        await writes.settle()
    }
}
