/// How a Redis server is reached.
public struct RedisConfiguration: Sendable, Equatable {
    /// The address or name of the machine. Default `127.0.0.1`.
    public var host: String
    /// The TCP port. Default 6379.
    public var port: Int
    /// The user of Redis' access lists (ACL, since Redis 6). Nil, the default, is the user `default`.
    public var username: String?
    /// The password. Nil, the default, sends no `AUTH`.
    public var password: String?
    /// The number that `SELECT` is given. Default 0. Streams belong to one database, publishing to all.
    public var database: Int
    /// Whether the connection is encrypted; the server's certificate must then be valid for ``host``. Default false.
    public var usesTLS: Bool
    /// A PEM file with the certificates of whoever may vouch for the server's. Nil, the default, are those of the system.
    public var certificateAuthorities: String?

    /// A server without a password on this machine, unless told otherwise.
    ///
    /// - Parameters:
    ///   - host: see ``host``.
    ///   - port: see ``port``.
    public init(host: String = "127.0.0.1", port: Int = 6379) {
        self.host = host
        self.port = port
        self.database = 0
        self.usesTLS = false
    }

    /// Reads `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS, as other clients of Redis do.
    /// User and password may be percent-encoded.
    ///
    /// - Parameter url: the address.
    /// - Throws: ``RedisURLError``, which says what is wrong and repeats nothing of the address: it may hold a password.
    public init(url: String) throws(RedisURLError) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "redis" || parts[0] == "rediss" else { throw .scheme }
        self.init()
        self.usesTLS = parts[0] == "rediss"
        var rest = parts[1]
        guard !rest.contains("?"), !rest.contains("#") else { throw .database }
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            rest = rest[..<slash]
            if !path.isEmpty {
                guard let database = Int(path), database >= 0 else { throw .database }
                self.database = database
            }
        }
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            rest = rest[rest.index(after: at)...]
            guard let user = Self.decoded(login[0]), let secret = Self.decoded(login.count == 2 ? login[1] : "") else {
                throw .login
            }
            guard !secret.isEmpty || user.isEmpty else { throw .login }
            self.username = user.isEmpty ? nil : user
            self.password = secret.isEmpty ? nil : secret
        }
        try self.readAddress(rest)
    }

    private mutating func readAddress(_ address: Substring) throws(RedisURLError) {
        var (host, port) = (address, Substring())
        if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
            host = address[address.index(after: address.startIndex)..<end]
            port = address[address.index(after: end)...]
            guard port.isEmpty || port.hasPrefix(":") else { throw .host }
            port = port.dropFirst()
        } else if let colon = address.firstIndex(of: ":") {
            (host, port) = (address[..<colon], address[address.index(after: colon)...])
        }
        guard !host.isEmpty else { throw .host }
        self.host = String(host)
        guard !port.isEmpty else { return }
        guard let number = Int(port), (1...65535).contains(number) else { throw .port }
        self.port = number
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, let value = UInt8(digits, radix: 16)
            else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// What is wrong with the address of a Redis server.
public enum RedisURLError: Error, Equatable, CustomStringConvertible {
    /// It begins with neither `redis://` nor `rediss://`.
    case scheme
    /// No host is named.
    case host
    /// The port is no number from 1 to 65535.
    case port
    /// User and password are not percent-encoded text, or there is a user without a password.
    case login
    /// Behind the host stands something else than the number of a database.
    case database

    /// A sentence for whoever wrote the address.
    public var description: String {
        switch self {
        case .scheme: "an address of Redis begins with redis:// or rediss://"
        case .host: "the address of Redis names no host"
        case .port: "the port of Redis is a number from 1 to 65535"
        case .login: "the login to Redis is user:password or :password, percent-encoded"
        case .database: "behind the host of Redis may stand the number of a database, as in /1, and nothing else"
        }
    }
}
