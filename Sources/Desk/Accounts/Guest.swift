/// Somebody without an account. Stored with the first ticket, not at connect.
package struct Guest: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    package var name: String?
    package var email: String?
    /// Whether the embedding site vouched for who this is.
    package var isVerified: Bool
    package var createdAt: Timestamp

    package init(id: ID, name: String?, email: String?, isVerified: Bool, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.email = email
        self.isVerified = isVerified
        self.createdAt = createdAt
    }
}
