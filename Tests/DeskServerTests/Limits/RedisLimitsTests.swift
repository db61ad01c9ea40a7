import Desk
import Logging
import RedisProcess
import SocketIORedis
import Testing

@testable import DeskServer
@testable import martlet

@Suite(
    .enabled(if: RedisServer.binary != nil, "redis-server is not installed: apt-get install redis-server"),
    .timeLimit(.minutes(1))
)
struct RedisLimitsTests {
    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test func `who was counted before the clock of Redis was put back does not wait for it`() async throws {
        let redis = try await RedisServer()
        let scripts = RedisScripts(RedisConfiguration(port: redis.port), logger: quiet)
        let running = Task { await scripts.run() }
        let limits = RedisLimits(scripts, logger: quiet)
        let rate = Rate(1, per: .seconds(10), burst: 2)
        for _ in 1...2 { _ = try await answered { await limits.take(rate, of: "a") } }
        #expect(try await answered { await limits.take(rate, of: "a") } > .zero)

        let failures = SharedFailures(
            key: "b",
            free: 0,
            longest: .seconds(60),
            memory: .seconds(3600),
            isForgotten: true
        )
        _ = try await answered { await limits.begin([failures]) }
        let second = try await answered { await limits.begin([failures]) }
        guard case .wait = second else { throw Unexpected(attempt: second) }

        let later = """
            redis.call('SET', KEYS[1], redis.call('GET', KEYS[1]) + 3600000000)
            for _, field in ipairs({'last', 'opens'}) do redis.call('HINCRBY', KEYS[2], field, 3600000000) end
            return {0}
            """
        _ = try await answered { await scripts(later, keys: ["martlet:limit:a", "martlet:limit:b"], []) }
        #expect(try await answered { await limits.take(rate, of: "a") } == .zero)
        let third = try await answered { await limits.begin([failures]) }
        guard case .go = third else { throw Unexpected(attempt: third) }
        running.cancel()
    }

    private struct Unexpected: Error {
        let attempt: SharedAttempt
    }

    /// Asks again where Redis is not there yet, or too slow on a busy machine.
    private func answered<Answer>(_ ask: () async -> Answer?) async throws -> Answer {
        while true {
            if let answer = await ask() { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
