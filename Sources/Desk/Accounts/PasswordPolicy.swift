/// What a new password must be. Checked before it is hashed.
package enum PasswordPolicy {
    package static let minimumCharacters = 10
    /// Bounds the work of hashing.
    package static let maximumBytes = 256
    /// What is left once everything is taken away that is tried first, is tried in no time.
    private static let leastRest = 4

    /// Nothing is trimmed or normalised: the bytes typed are the password.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` with `password` if it is too short, too long, or among the first
    ///   that somebody would try: a common one, one piece repeated, a row of neighbours such as `1234567890`,
    ///   or the username with little around it.
    package static func check(_ password: String, for username: String) throws(DeskError) {
        guard password.utf8.count <= maximumBytes, password.count >= minimumCharacters
        else { throw .invalid(field: "password") }
        let folded = password.lowercased()
        guard !CommonPasswords.contains(folded), !isRepetition(folded), !isRow(folded),
            !isMostly(username.lowercased(), folded)
        else { throw .invalid(field: "password") }
    }

    /// One piece of at most 4 characters, over and over.
    private static func isRepetition(_ password: String) -> Bool {
        let characters = Array(password)
        return (1...4)
            .contains { length in
                characters.indices.dropFirst(length).allSatisfy { characters[$0] == characters[$0 - length] }
            }
    }

    /// Each character is the neighbour of the one before, upwards or downwards; 0 is the neighbour of 9.
    private static func isRow(_ password: String) -> Bool {
        let values = password.unicodeScalars.map { Int($0.value) }
        let steps = Set(
            zip(values, values.dropFirst())
                .map { pair in
                    switch pair {
                    case (57, 48): 1
                    case (48, 57): -1
                    default: pair.1 - pair.0
                    }
                }
        )
        return steps == [1] || steps == [-1]
    }

    private static func isMostly(_ username: String, _ password: String) -> Bool {
        guard !username.isEmpty else { return false }
        return [username, String(username.reversed())]
            .contains { password.split(separator: $0).joined().count < leastRest }
    }
}
