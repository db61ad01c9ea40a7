import Testing

@testable import SocketIORedis

@Suite struct RedisConfigurationTests {
    @Test func `an address names host, port, login, database and encryption`() throws {
        let plain = try RedisConfiguration(url: "redis://cache")
        #expect((plain.host, plain.port, plain.database, plain.usesTLS) == ("cache", 6379, 0, false))
        #expect(plain.username == nil && plain.password == nil)
        let whole = try RedisConfiguration(url: "rediss://ann:p%40ss%3Aw@[::1]:7000/5")
        #expect((whole.host, whole.port, whole.database, whole.usesTLS) == ("::1", 7000, 5, true))
        #expect((whole.username, whole.password) == ("ann", "p@ss:w"))
        let secret = try RedisConfiguration(url: "redis://:secret@127.0.0.1:1/")
        #expect((secret.username, secret.password, secret.port) == (nil, "secret", 1))
    }

    @Test(
        arguments: [
            ("cache:6379", .scheme), ("http://cache", .scheme), ("", .scheme), ("redis://", .host),
            ("redis://:1", .host),
            ("redis://cache:", .none), ("redis://cache:0", .port), ("redis://cache:65536", .port),
            ("redis://cache:x", .port),
            ("redis://[::1]x", .host), ("redis://ann@cache", .login), ("redis://ann:%zz@cache", .login),
            ("redis://:%ff@cache", .login), ("redis://cache/x", .database), ("redis://cache/-1", .database),
            ("redis://cache?a=b", .database),
        ] as [(String, RedisURLError?)]
    )
    func `what is wrong with an address is said, without the address`(url: String, expected: RedisURLError?) {
        var found: RedisURLError?
        do throws(RedisURLError) { _ = try RedisConfiguration(url: url) } catch { found = error }
        #expect(found == expected)
    }
}
