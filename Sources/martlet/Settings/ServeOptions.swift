import ArgumentParser

/// The keys of `serve`, each with its type, unit and default. The environment knows them as
/// ``Setting/environmentName``.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address or host name to listen on. (default: 127.0.0.1)", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("TCP port, 0 to 65535; 0 takes a free one. (default: 3000)", valueName: "number"))
    var port: String?

    @OptionGroup var store: StoreOptions

    @Option(
        help: ArgumentHelp(
            "Signs logins; at least 32 bytes. Better given in the environment, since everybody on the machine sees "
                + "options. (default: made once, kept in the data directory or in MongoDB)",
            valueName: "secret"
        )
    )
    var jwtSecret: String?

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp(
            "How people reach the server, such as https://help.example.com: own origin, links, Secure cookies, HSTS. "
                + "(default: the Host header of each request)",
            valueName: "url"
        )
    )
    var publicURL: String?

    @Option(
        help: ArgumentHelp(
            "Other sites whose pages may connect as guests: origins, separated by commas. (default: none)",
            valueName: "urls"
        )
    )
    var allowedOrigins: String?

    @Option(
        help: ArgumentHelp(
            "Proxies in front of the server, whose X-Forwarded-For counts: addresses or networks such as 10.0.0.0/8, "
                + "separated by commas. (default: none)",
            valueName: "cidrs"
        )
    )
    var trustedProxies: String?

    @Option(
        help: ArgumentHelp(
            "default, off (for benchmarks, on a loopback address only), or what is to be different, such as "
                + "guest-messages=10/s:60,open-tickets=20. (default: default)",
            valueName: "limits"
        )
    )
    var limits: String?

    @Option(
        help: ArgumentHelp("Certificate chain, a PEM file; with --tls-key. (default: plain HTTP)", valueName: "file")
    )
    var tlsCert: String?

    @Option(help: ArgumentHelp("Private key, a PEM file; with --tls-cert.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Days that a closed ticket is kept before it is deleted with its messages; 0 keeps all. Wins over what an admin sets. (default: what an admin has set, else 365)",
            valueName: "days"
        )
    )
    var retentionDays: String?

    @Option(
        help: ArgumentHelp(
            "What is in flight at SIGTERM or SIGINT has so long, 1 to 3600; a second signal ends at once. (default: 10)",
            valueName: "seconds"
        )
    )
    var shutdownTimeout: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical. The log goes to standard error. (default: info)",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "Serve the pages from this directory, read anew for each request: for work on them. "
                + "(default: those inside the binary)",
            valueName: "dir"
        )
    )
    var webDir: String?

    @Option(
        help: ArgumentHelp(
            "Who sends it as `Authorization: Bearer` may read /metrics; 16 to 1,024 visible ASCII characters. Better given in "
                + "the environment. (default: none; programs on this machine may, unless a proxy speaks for somebody)",
            valueName: "secret"
        )
    )
    var metricsToken: String?

    @Option(
        name: .customLong("redis-url"),
        help: ArgumentHelp(
            "The Redis by which several nodes of one desk know each other: redis://user:password@host:port/number, or "
                + "rediss:// for TLS. Better given in the environment if it has a password. (default: none; one node)",
            valueName: "url"
        )
    )
    var redisURL: String?

    var values: [Setting: String?] {
        let values: [Setting: String?] = [
            .host: host, .port: port, .jwtSecret: jwtSecret, .publicURL: publicURL,
            .allowedOrigins: allowedOrigins, .trustedProxies: trustedProxies, .limits: limits, .tlsCertificate: tlsCert,
            .tlsKey: tlsKey, .retentionDays: retentionDays, .shutdownTimeout: shutdownTimeout, .logLevel: logLevel,
            .webDirectory: webDir, .metricsToken: metricsToken,
            .redisURL: redisURL,
        ]
        return values.merging(store.values) { $1 }
    }
}
