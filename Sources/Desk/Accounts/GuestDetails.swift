/// What a guest says about themselves. Nobody checks it, and it opens nothing.
package struct GuestDetails: Sendable, Equatable {
    package var name: String?
    package var email: String?

    /// - Parameters: Blank is none.
    /// - Throws: ``DeskError/invalid(field:)`` with `name` or `email`.
    package init(name: String?, email: String?) throws(DeskError) {
        let name = try TextRule.name.optional(name ?? "")
        let email = try TextRule.email.optional(email ?? "")
        guard TextRule.isBlank(email) || Self.looksLikeAddress(email) else { throw .invalid(field: "email") }
        self.name = TextRule.isBlank(name) ? nil : name
        self.email = TextRule.isBlank(email) ? nil : email
    }

    /// Enough to tell an address from a telephone number; only a mail that arrives would prove more.
    private static func looksLikeAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains { $0.isWhitespace }
    }
}
