/// What a guest says about themselves. Nobody checks it, and it opens nothing.
package struct GuestDetails: Sendable, Equatable {
    package private(set) var name: String?
    package private(set) var email: String?

    /// Nothing yet.
    package init() {}

    package init(_ guest: Guest) {
        name = guest.name
        email = guest.email
    }

    /// Whether the guest is stored with all that is said here.
    func isToldBy(_ guest: Guest) -> Bool {
        (name ?? guest.name, email ?? guest.email) == (guest.name, guest.email)
    }

    /// - Parameters: nil for what stays as it is; blank for none.
    /// - Throws: ``DeskError/invalid(field:)`` with `name` or `email`.
    package mutating func change(name: String?, email: String?) throws(DeskError) {
        var changed = self
        if let name { changed.name = Self.unlessBlank(try TextRule.name.optional(name)) }
        if let email {
            changed.email = Self.unlessBlank(try TextRule.email.optional(email))
            guard changed.email.map(Self.looksLikeAddress) ?? true else { throw .invalid(field: "email") }
        }
        self = changed
    }

    private static func unlessBlank(_ text: String) -> String? {
        TextRule.isBlank(text) ? nil : text
    }

    /// Enough to tell an address from a telephone number; only a mail that arrives would prove more.
    private static func looksLikeAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains { $0.isWhitespace }
    }
}
