package import Desk
import Testing

/// What every store must do, rule by rule. A store's tests run all of them, each on a fresh store:
///
/// ```swift
/// @Test(arguments: StoreContract.rules)
/// func `the store keeps the contract`(rule: StoreRule) async throws {
///     try await rule.check(on: makeEmptyStore())
/// }
/// ```
package enum StoreContract {
    package static let rules =
        ticketRules + listRules + messageRules + concurrencyRules + historyRules + readRules
        + accountRules + loginRules + setupRules + privacyRules + settingsRules + siteRules + cannedReplyRules
        + passwordLinkRules + auditRules + searchRules + noteRules + guestRules
}

/// One sentence of the contract, and how to see that it holds.
package struct StoreRule: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    private let body: @Sendable (Bench) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Bench) async throws -> Void) {
        self.testDescription = sentence
        self.body = body
    }

    /// - Parameter store: An empty one.
    package func check(on store: any DeskStore) async throws {
        try await body(Bench(store: store))
    }
}
