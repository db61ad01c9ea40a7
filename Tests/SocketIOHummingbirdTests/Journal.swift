/// What handlers saw, in order, for a test to wait on.
final class Journal: Sendable {
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

    func note(_ line: String) { self.continuation.yield(line) }

    func next() async -> String? {
        await self.stream.first { _ in true }
    }
}
