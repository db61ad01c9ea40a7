package import Desk
import Dispatch
import Synchronization

/// Hashes and verifies passwords, one at a time on a thread of its own, so that a storm of logins takes
/// one core and 64 MB, whatever their number.
package final class PasswordHasher: Sendable {
    /// More than these many wait in line are refused: the last one would wait longer than anybody does.
    static let longestQueue = 16

    private let cost: PasswordCost
    private let unmatchable: PasswordHash
    private let queue = DispatchQueue(label: "martlet.passwords")
    private let waiting = Mutex(0)

    package init(cost: PasswordCost) {
        self.cost = cost
        self.unmatchable = .unmatchable(cost: cost)
    }

    /// The PHC string of a new password.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` by ``PasswordPolicy``; ``DeskError/unavailable`` if too many
    ///   wait.
    package func hash(_ password: String) async throws(DeskError) -> String {
        try PasswordPolicy.check(password)
        let (cost, salt) = (cost, PasswordHash.randomBytes(PasswordHash.saltByteCount))
        return try await work { try PasswordHash.make(password, cost: cost, salt: salt).phc }
    }

    /// Whether the password is the one of the stored hash. Without one (or with one that cannot be read)
    /// it never is, after the same work.
    ///
    /// - Throws: ``DeskError/unavailable`` if too many wait.
    package func verify(_ password: String, against phc: String?) async throws(DeskError) -> Bool {
        let hash = phc.flatMap(PasswordHash.init(phc:)) ?? unmatchable
        return try await work { try hash.matches(password) }
    }

    private func work<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws(DeskError) -> Answer {
        let hasPlace = waiting.withLock { count in
            guard count < Self.longestQueue else { return false }
            count += 1
            return true
        }
        guard hasPlace else { throw .unavailable }
        defer { waiting.withLock { $0 -= 1 } }
        let answer: Answer? = await withCheckedContinuation { continuation in
            // Scrypt only fails for want of memory.
            queue.async { continuation.resume(returning: try? body()) }
        }
        guard let answer else { throw .unavailable }
        return answer
    }
}
