import ArgumentParser

/// The keys of everything that works on the desk's data: where it is.
struct StoreOptions: ParsableArguments {
    @OptionGroup var data: DataDirectoryOption

    @Option(
        help: ArgumentHelp(
            "Where the data is: sqlite, in the data directory, or mongodb, for several nodes. (default: sqlite)",
            valueName: "store"
        )
    )
    var store: String?

    @Option(
        name: .customLong("mongodb-uri"),
        help: ArgumentHelp(
            "Replica set, login, TLS and, after the slash, the database (default: martlet), as in "
                + "mongodb://a,b,c/martlet?replicaSet=rs0&tls=true. Better given in the environment, since everybody on the "
                + "machine sees options.",
            valueName: "uri"
        )
    )
    var mongoDBURI: String?

    @Option(
        name: .customLong("mongodb-pool"),
        help: ArgumentHelp("Connections to MongoDB at most, 1 to 500. (default: 16)", valueName: "number")
    )
    var mongoDBPool: String?

    @Option(
        name: .customLong("mongodb-timeout"),
        help: ArgumentHelp(
            "How long MongoDB may be without a primary, or may take to answer, before a request is told that the store is "
                + "unavailable, 1 to 60. (default: 5)",
            valueName: "seconds"
        )
    )
    var mongoDBTimeout: String?

    var values: [Setting: String?] {
        [
            .dataDirectory: data.dataDir, .store: store, .mongoDBURI: mongoDBURI, .mongoDBPool: mongoDBPool,
            .mongoDBTimeout: mongoDBTimeout,
        ]
    }

    /// For a command that reads no other keys.
    func choice() throws(CommandFailure) -> StoreChoice {
        try Settings(options: values).storeChoice()
    }
}
