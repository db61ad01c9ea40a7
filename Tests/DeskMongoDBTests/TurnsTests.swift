#if MongoDB
import Synchronization
import Testing

@testable import DeskMongoDB

@Suite(.timeLimit(.minutes(1)))
struct TurnsTests {
    private let turns = Turns(longestLine: 3, most: 5)

    /// Takes `key` until what is returned is finished.
    private func hold(_ key: String) throws -> AsyncStream<Void>.Continuation {
        let (end, finish) = AsyncStream.makeStream(of: Void.self)
        try turns.begin(key) { for await _ in end {} }
        return finish
    }

    @Test func `who waits is served in the order of coming, and who is one too many is sent away`() async throws {
        let served = Mutex<[Int]>([])
        let finish = try hold("a")
        for number in 0..<3 { try turns.begin("a") { served.withLock { $0.append(number) } } }
        #expect(throws: MongoError.busy) { try turns.begin("a") { Issue.record("sent away and served") } }
        await #expect(throws: MongoError.busy) { try await turns.take("a") {} }
        finish.finish()
        // There is room again, behind the others.
        try await turns.take("a", isCommitted: true) { #expect(served.withLock { $0 } == [0, 1, 2]) }
        try await turns.take("a") {}
    }

    @Test func `many who want one thing are in nobody's way who wants another`() async throws {
        let finish = [try hold("a"), try hold("b")]
        for _ in 0..<3 { try turns.begin("a") {} }
        for _ in 0..<2 { try turns.begin("b") {} }
        // All places are taken; but there is nothing to wait for.
        #expect(throws: MongoError.busy) { try turns.begin("b") {} }
        try await turns.take("c") {}
        finish.forEach { $0.finish() }
        try await turns.take("b", isCommitted: true) {}
        try await turns.take("a", isCommitted: true) {}
        // Nothing counts that is over.
        let again = try hold("a")
        for _ in 0..<3 { try turns.begin("a") {} }
        again.finish()
    }

    @Test func `what is committed already is never sent away`() async throws {
        let turns = Turns(longestLine: 0, most: 0)
        let served = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await turns.take("a", isCommitted: true) {
                        await Task.yield()
                        return 1
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(served == 100)
    }
}
#endif
