/// Somebody without an account. Stored with the first ticket, not at connect.
package struct Guest: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }

        private static let vouchedPrefix = "verified-"

        /// That of somebody whom a site vouches for.
        ///
        /// - Parameter code: Stands for the site and its own id of them, and tells neither.
        package static func vouchedFor(code: String) -> ID { ID(rawValue: vouchedPrefix + code) }

        /// Such ids are given only to whom a site vouches for.
        package var isVouchedFor: Bool { rawValue.hasPrefix(Self.vouchedPrefix) }
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
