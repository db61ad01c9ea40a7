/// The keys of the configuration. Their types, units and defaults stand with the options that read them:
/// ``ServeOptions`` and ``StoreOptions``.
enum Setting: String, CaseIterable {
    case host
    case port
    case dataDirectory = "data-dir"
    case store
    case mongoDBURI = "mongodb-uri"
    case mongoDBPool = "mongodb-pool"
    case mongoDBTimeout = "mongodb-timeout"
    case jwtSecret = "jwt-secret"
    case publicURL = "public-url"
    case allowedOrigins = "allowed-origins"
    case trustedProxies = "trusted-proxies"
    case limits
    case tlsCertificate = "tls-cert"
    case tlsKey = "tls-key"
    case retentionDays = "retention-days"
    case shutdownTimeout = "shutdown-timeout"
    case logLevel = "log-level"
    case webDirectory = "web-dir"
    case metricsToken = "metrics-token"
    case redisURL = "redis-url"

    /// Whether the value has to stay out of logs.
    var isSecret: Bool { [.jwtSecret, .metricsToken, .mongoDBURI, .redisURL].contains(self) }

    static let environmentPrefix = "MARTLET_"

    /// As in the environment and in `.env`.
    var environmentName: String {
        Self.environmentPrefix + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    static let environmentNames = Set(allCases.map(\.environmentName))
}
