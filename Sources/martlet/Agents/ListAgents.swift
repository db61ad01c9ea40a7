import ArgumentParser
import Desk
import Foundation

struct ListAgents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List them, by username.")

    /// One agent in the JSON form.
    private struct Row: Encodable {
        var agentId: String
        var username: String
        var name: String
        var role: String
        var disabled: Bool
        var secondFactor: Bool
        var requiresSecondFactor: Bool
        var createdAt: String

        init(_ account: Account) {
            agentId = account.id.rawValue
            username = account.username.rawValue
            name = account.name
            role = account.role.rawValue
            disabled = account.isDisabled
            secondFactor = account.secondFactor != nil
            requiresSecondFactor = account.requiresSecondFactor
            createdAt = account.createdAt.iso8601
        }
    }

    @Flag(help: "As a JSON array.") var json = false
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let accounts = try await CommandDesk.with(store.choice()) { try await $0.accounts() }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            printLine(String(decoding: try encoder.encode(accounts.map(Row.init)), as: UTF8.self))
        } else {
            for account in accounts {
                let state = account.isDisabled ? " (disabled)" : ""
                printLine("\(account.username)\t\(account.role.rawValue)\t\(account.name)\(state)")
            }
        }
    }
}
