package import Desk
import Dispatch
import Foundation
import Synchronization

/// Hashes and verifies passwords, few at a time on threads of its own, so that a storm of logins takes one core (two,
/// where there are four) and 64 MB for each, whatever their number.
package final class PasswordHasher: Sendable {
    /// More than these many in line are refused: the last one would wait longer than anybody does.
    static let longestQueue = 16

    private struct Line {
        var free: [DispatchQueue]
        var waiting: [CheckedContinuation<DispatchQueue?, Never>] = []
    }

    private let cost: PasswordCost
    private let derive: PasswordHash.Derive
    private let unmatchable: PasswordHash
    private let width: Int
    private let line: Mutex<Line>

    package convenience init(cost: PasswordCost) {
        self.init(cost: cost, width: ProcessInfo.processInfo.activeProcessorCount < 4 ? 1 : 2)
    }

    /// - Parameter width: So many at a time.
    init(cost: PasswordCost, width: Int, derive: @escaping PasswordHash.Derive = PasswordHash.scrypt) {
        self.cost = cost
        // Serial queues have threads of their own: on a concurrent one the work would hold up the tasks of the process.
        self.line = Mutex(Line(free: (0..<width).map { DispatchQueue(label: "martlet.passwords.\($0)") }))
        self.width = width
        self.derive = derive
        self.unmatchable = .unmatchable(cost: cost)
    }

    /// The PHC string of a new password.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` by ``PasswordPolicy``; ``DeskError/unavailable`` if too many
    ///   wait.
    package func hash(_ password: String, for username: String) async throws(DeskError) -> String {
        try PasswordPolicy.check(password, for: username)
        let (cost, salt, derive) = (cost, PasswordHash.randomBytes(PasswordHash.saltByteCount), derive)
        return try await work { try PasswordHash.make(password, cost: cost, salt: salt, derive: derive).phc }
    }

    /// Whether the password is the one of the stored hash. Without one (or with one that cannot be read)
    /// it never is, after the same work.
    ///
    /// - Throws: ``DeskError/unavailable`` if too many wait.
    package func verify(_ password: String, against phc: String?) async throws(DeskError) -> Bool {
        let (hash, derive) = (phc.flatMap(PasswordHash.init(phc:)) ?? unmatchable, derive)
        return try await work { try hash.matches(password, derive: derive) }
    }

    private func work<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws(DeskError) -> Answer {
        guard let thread = await takeTurn() else { throw .unavailable }
        defer { endTurn(thread) }
        let answer: Answer? = await withCheckedContinuation { continuation in
            // Scrypt only fails for want of memory.
            thread.async { continuation.resume(returning: try? body()) }
        }
        guard let answer else { throw .unavailable }
        return answer
    }

    private enum Place {
        case now(DispatchQueue?), later
    }

    /// - Returns: Nil if too many wait.
    private func takeTurn() async -> DispatchQueue? {
        await withCheckedContinuation { continuation in
            let place: Place = line.withLock { line in
                if let thread = line.free.popLast() { return .now(thread) }
                guard width + line.waiting.count < Self.longestQueue else { return .now(nil) }
                line.waiting.append(continuation)
                return .later
            }
            if case .now(let thread) = place { continuation.resume(returning: thread) }
        }
    }

    /// The place goes to whoever waits longest.
    private func endTurn(_ thread: DispatchQueue) {
        let next: CheckedContinuation<DispatchQueue?, Never>? = line.withLock { line in
            guard line.waiting.isEmpty else { return line.waiting.removeFirst() }
            line.free.append(thread)
            return nil
        }
        next?.resume(returning: thread)
    }
}
