import ArgumentParser
import Desk
import DeskSQLite
import DeskServer

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy everything from a data directory into an empty MongoDB, while no server runs on either.",
        discussion: """
            The data directory keeps all it has. Everything is read back and compared with it. Should the copy be \
            interrupted, the same command goes on with it; until it is done, no server starts on the MongoDB.
            """
    )

    enum Source: String, ExpressibleByArgument { case sqlite }
    enum Target: String, ExpressibleByArgument { case mongodb }

    @Option(help: "sqlite: the data directory.") var from: Source
    @Option(help: "mongodb: the database of --mongodb-uri.") var to: Target
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let settings = try Settings(options: store.values.merging([.store: to.rawValue]) { $1 })
        switch try settings.storeChoice() {
        case .sqlite:
            // Never: --to has set another one.
            break
        #if MongoDB
        case .mongoDB(let options):
            let data = try DataDirectoryOption.existing(at: DataDirectoryOption.value(in: settings))
            try await Migration.run(data, to: options, jwtSecret: settings.jwtSecret())
        #endif
        }
    }
}
