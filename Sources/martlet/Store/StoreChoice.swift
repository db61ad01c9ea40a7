#if MongoDB
import DeskMongoDB
#endif

/// Where the data is.
enum StoreChoice {
    /// In a directory on this machine, for one server.
    case sqlite(directory: String)
    #if MongoDB
    case mongoDB(MongoOptions)
    #endif
}

extension Settings {
    /// - Throws: ``CommandFailure`` naming the key, also for a store that was not built in.
    func storeChoice() throws(CommandFailure) -> StoreChoice {
        let name = try value(.store, default: "sqlite", expected: "sqlite or mongodb") { text in
            ["sqlite", "mongodb"].contains(text) ? text : nil
        }
        if name == "mongodb" { return try mongoDB() }
        for setting in [Setting.mongoDBURI, .mongoDBPool, .mongoDBTimeout] where self[setting] != nil {
            throw CommandFailure("--\(setting.rawValue) (\(setting.environmentName)) goes with --store mongodb")
        }
        return .sqlite(directory: try DataDirectoryOption.value(in: self))
    }

    #if MongoDB
    private func mongoDB() throws(CommandFailure) -> StoreChoice {
        let connections = try value(.mongoDBPool, default: 16, expected: "a number from 1 to 500") { text in
            Int(text).flatMap { (1...500).contains($0) ? $0 : nil }
        }
        let patience = try value(.mongoDBTimeout, default: 5, expected: "a number of seconds from 1 to 60") { text in
            Int(text).flatMap { (1...60).contains($0) ? $0 : nil }
        }
        let options = try value(.mongoDBURI, default: nil, expected: "the URI of a MongoDB with a replica set") {
            text in
            MongoOptions(uri: text, connections: connections, patience: .seconds(patience)).map(Optional.some)
        }
        guard let options else { throw CommandFailure("--store mongodb needs --mongodb-uri") }
        return .mongoDB(options)
    }
    #else
    private func mongoDB() throws(CommandFailure) -> StoreChoice {
        throw CommandFailure(
            "this martlet was built without MongoDB; where libmongoc-dev is installed, build one that has it: "
                + "swift build -c release --product martlet --traits MongoDB"
        )
    }
    #endif
}
