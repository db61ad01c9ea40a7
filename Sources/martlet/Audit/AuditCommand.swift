import ArgumentParser
import Desk
import DeskServer

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Print who did what: logins, changes of accounts and settings, exports, erasures.",
        discussion: """
            Newest first, an entry a line: when, who, what, to whom, and a few words, with tabs between. Nothing in it \
            is a secret, an address, or a message.
            """
    )

    @Flag(help: "As a JSON array.") var json = false
    @Option(help: "No more than so many.") var limit = 50
    @OptionGroup var store: StoreOptions

    func run() async throws {
        guard limit > 0 else { throw CommandFailure("--limit must be at least 1") }
        var records: [AuditRecord] = []
        try await CommandDesk.with(store.choice()) { desk in
            var cursor: String?
            repeat {
                let query = try AuditQuery(limit: min(limit - records.count, AuditQuery.maximumLimit), cursor: cursor)
                let page = try await desk.audit(query, for: nil)
                records += page.records
                cursor = page.next
            } while cursor != nil && records.count < limit
        }
        if json {
            printLine("[\(records.map(\.json).joined(separator: ","))]")
        } else {
            for record in records { printLine(record.line) }
        }
    }
}
