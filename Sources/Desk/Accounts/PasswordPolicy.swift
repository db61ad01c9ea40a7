/// What a new password must be. Checked before it is hashed.
package enum PasswordPolicy {
    package static let minimumCharacters = 10
    /// Bounds the work of hashing.
    package static let maximumBytes = 256

    /// Nothing is trimmed or normalised: the bytes typed are the password.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` with `password`.
    package static func check(_ password: String) throws(DeskError) {
        guard password.utf8.count <= maximumBytes, password.count >= minimumCharacters
        else { throw .invalid(field: "password") }
    }
}
