import SocketIORedis

extension Settings {
    /// Where the other nodes are met; nil: there are none.
    func redis() throws(CommandFailure) -> RedisConfiguration? {
        guard let url = self[.redisURL] else { return nil }
        do throws(RedisURLError) {
            return try RedisConfiguration(url: url)
        } catch {
            throw CommandFailure("--redis-url (\(Setting.redisURL.environmentName)): \(error)")
        }
    }
}
