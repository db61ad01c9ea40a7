import Desk
import DeskServer
import Logging
import SocketIORedis
import Synchronization

/// Limits that all nodes keep in Redis, by its clock. Times are in microseconds.
final class RedisLimits: SharedLimits {
    private let scripts: RedisScripts
    private let logger: Logger
    private let isMissing = Atomic(false)

    init(_ scripts: RedisScripts, logger: Logger) {
        self.scripts = scripts
        self.logger = logger
    }

    func take(_ rate: Rate, of key: String) async -> Duration? {
        await call(Self.take, [Self.prefix + key], [rate.interval.microseconds, rate.burst])?.first
            .map { .microseconds($0) }
    }

    func giveBack(_ rate: Rate, of key: String) {
        Task { await call(Self.giveBack, [Self.prefix + key], [rate.interval.microseconds]) }
    }

    func begin(_ counts: [SharedFailures]) async -> SharedAttempt? {
        let costs = counts.flatMap { [$0.free, $0.longest.microseconds, $0.memory.microseconds] }
        guard let answer = await call(Self.begin, counts.map { Self.prefix + $0.key }, costs), answer.count == 2 else {
            return nil
        }
        return answer[0] > 0 ? .wait(.microseconds(answer[0])) : .go(begunAt: answer[1])
    }

    func takeBack(_ counts: [SharedFailures], begunAt: Int, isRight: Bool) async {
        let forgets = counts.map { isRight && $0.isForgotten ? 1 : 0 }
        await call(Self.takeBack, counts.map { Self.prefix + $0.key }, [begunAt] + forgets)
    }

    /// Says once that there is no answer, and once that there is again.
    @discardableResult
    private func call(_ script: String, _ keys: [String], _ arguments: [Int]) async -> [Int]? {
        let answer = await scripts(script, keys: keys, arguments.map(String.init))
        if (answer == nil) != isMissing.exchange(answer == nil, ordering: .relaxed) {
            if answer == nil {
                logger.warning("Redis does not count: limits hold for each node alone")
            } else {
                logger.notice("Redis counts: limits hold over all nodes")
            }
        }
        return answer
    }

    private static let prefix = "martlet:limit:"

    private static let clock = "local t = redis.call('TIME') local now = t[1] * 1000000 + t[2] "

    /// `TokenBucket.take(_:at:)`: the key holds when the bucket is full.
    private static let take =
        clock + """
            local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
            local most = now + interval * burst
            local full = tonumber(redis.call('GET', KEYS[1]) or '0')
            -- Nobody has taken more: the clock was put back.
            if full > most then full = 0 end
            full = math.max(full, now) + interval
            local wait = full - most
            if wait > 0 then return {wait} end
            redis.call('SET', KEYS[1], full, 'PX', math.ceil((full - now) / 1000))
            return {0}
            """

    private static let giveBack = """
        local full = redis.call('GET', KEYS[1])
        if full then redis.call('SET', KEYS[1], tonumber(full) - tonumber(ARGV[1]), 'KEEPTTL') end
        return {0}
        """

    /// `LoginThrottle.begin(_:at:)`.
    private static let begin =
        clock + """
            local wait = 0
            for i, key in ipairs(KEYS) do
                local left = tonumber(redis.call('HGET', key, 'opens') or '0') - now
                -- Nothing costs more: the clock was put back.
                if left <= tonumber(ARGV[3 * i - 1]) then wait = math.max(wait, left) end
            end
            if wait > 0 then return {wait, 0} end
            for i, key in ipairs(KEYS) do
                local free, longest, memory = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
                local last = redis.call('HGET', key, 'last') or now
                local opens = redis.call('HGET', key, 'opens') or now
                local failures = redis.call('HINCRBY', key, 'failures', 1)
                local delay = 0
                if failures > free then delay = math.min(longest, 1000000 * 2 ^ math.min(failures - free - 1, 20)) end
                redis.call('HSET', key, 'lastBefore', last, 'opensBefore', opens, 'last', now, 'opens', now + delay)
                redis.call('PEXPIRE', key, math.ceil(memory / 1000))
            end
            return {0, now}
            """

    /// `LoginThrottle.leave(_:_:)`: unless others came in between, it is as it was.
    private static let takeBack = """
        for i, key in ipairs(KEYS) do
            if ARGV[i + 1] == '1' then
                redis.call('DEL', key)
            elseif redis.call('EXISTS', key) == 1 then
                if redis.call('HINCRBY', key, 'failures', -1) <= 0 then
                    redis.call('DEL', key)
                elseif tonumber(redis.call('HGET', key, 'last')) == tonumber(ARGV[1]) then
                    local last, opens = redis.call('HGET', key, 'lastBefore'), redis.call('HGET', key, 'opensBefore')
                    redis.call('HSET', key, 'last', last, 'opens', opens)
                end
            end
        end
        return {0}
        """
}

extension Duration {
    fileprivate var microseconds: Int { Int(self / .microseconds(1)) }
}
