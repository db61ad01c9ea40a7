package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Runs scripts in Redis, for whoever keeps something there besides the stream. Thread-safe.
package final class RedisScripts: Sendable {
    private struct State {
        /// The names that Redis gave the scripts.
        var names: [String: String] = [:]
        /// Nobody is asked before.
        var asksAt = ContinuousClock.now
        /// What Redis said last when it refused a script, to say it once.
        var refusal: String?
    }

    /// Whoever asks waits no longer.
    private static let patience = TimeAmount.milliseconds(500)
    /// After nothing came in time, for so long nobody is kept waiting for it again.
    private static let pause = Duration.seconds(1)

    private let connection: RedisConnection
    private let logger: Logger
    private let state = Mutex(State())

    /// A connection not made yet: see ``run()``.
    package init(_ configuration: RedisConfiguration, logger: Logger) {
        self.logger = logger
        connection = RedisConnection(
            configuration,
            on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: logger
        )
    }

    /// Stays connected until the task is cancelled.
    package func run() async {
        connection.open()
        let (never, end) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        end.finish()
        connection.close()
    }

    /// Runs a script, which Redis keeps for the next time.
    ///
    /// - Parameter script: Answers a table of whole numbers.
    /// - Returns: nil if there was no answer within half a second.
    package func callAsFunction(_ script: String, keys: [String], _ arguments: [String]) async -> [Int]? {
        guard connection.isReady, state.withLock({ $0.asksAt <= .now }) else { return nil }
        do throws(RedisError) {
            do throws(RedisError) {
                return try await run(name(of: script), keys, arguments)
            } catch {
                // Redis has been started anew.
                guard case .refused(let reason) = error, reason.hasPrefix("NOSCRIPT") else { throw error }
                state.withLock { $0.names[script] = nil }
                return try await run(name(of: script), keys, arguments)
            }
        } catch {
            state.withLock { $0.asksAt = .now + Self.pause }
            guard case .refused(let reason) = error else { return nil }
            let isNews = state.withLock { state in
                defer { state.refusal = reason }
                return state.refusal != reason
            }
            if isNews { logger.error("Redis runs no script", metadata: ["reason": "\(reason)"]) }
            return nil
        }
    }

    private func run(_ name: String, _ keys: [String], _ arguments: [String]) async throws(RedisError) -> [Int] {
        let words = ["EVALSHA", name, String(keys.count)] + keys + arguments
        guard let elements = try await connection.send(words, within: Self.patience).elements else {
            throw .malformed
        }
        return elements.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    }

    private func name(of script: String) async throws(RedisError) -> String {
        if let name = state.withLock({ $0.names[script] }) { return name }
        let answer = try await connection.send(["SCRIPT", "LOAD", script], within: Self.patience)
        guard let name = answer.string else { throw .malformed }
        state.withLock { $0.names[script] = name }
        return name
    }
}
