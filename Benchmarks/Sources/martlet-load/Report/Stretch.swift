import ArgumentParser

/// A stretch of time in which something was counted, and what the server had used at both ends.
struct Stretch {
    var seconds: Double
    var before: ServerUsage?
    var after: ServerUsage?

    /// Runs `body` and measures how long it takes.
    @Loop static func of(_ target: Target, _ body: @Loop () async throws -> Void) async throws -> Stretch {
        let before = ServerUsage(pid: target.pid)
        let start = now()
        try await body()
        return Stretch(seconds: Double(now() - start) / 1e9, before: before, after: ServerUsage(pid: target.pid))
    }
}

/// How long a load lasts.
struct Times: ParsableArguments {
    @Option(help: "Seconds before it counts.") var warmUp = 2
    @Option(help: "Seconds that count.") var seconds = 10

    /// Lets a load that has begun go on.
    ///
    /// - Parameter begin: Called when it begins to count.
    @Loop func pass(at target: Target, begin: @Loop () -> Void) async throws -> Stretch {
        try await Task.sleep(for: .seconds(warmUp))
        begin()
        return try await Stretch.of(target) { try await Task.sleep(for: .seconds(seconds)) }
    }
}

/// Counts while it is told to. Lives on the ``Loop``.
final class Tally {
    private(set) var count = 0
    private(set) var hasEnded = false
    private(set) var counts = false

    func begin() { counts = true }

    func note() {
        if counts { count += 1 }
    }

    func end() {
        counts = false
        hasEnded = true
    }
}
