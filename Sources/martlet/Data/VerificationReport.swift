import DeskSQLite
import Foundation

/// What was found in the data, in words.
enum VerificationReport {
    private struct Document: Encodable {
        var file: String
        var version: Int
        var ok: Bool
        var counts: [String: Int]
        var faults: [Fault]
    }

    private struct Fault: Encodable {
        var check: String
        var count: Int
        var examples: [String]
    }

    static func summary(_ found: Verification) -> String {
        let counts = ["tickets", "messages", "guests", "accounts"].map { "\(found.counts[$0] ?? 0) \($0)" }
        return "version \(found.version), " + counts.joined(separator: ", ")
    }

    static func json(_ found: Verification, of path: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            file: path,
            version: found.version,
            ok: found.faults.isEmpty,
            counts: found.counts,
            faults: found.faults.map { Fault(check: $0.check.rawValue, count: $0.count, examples: $0.examples) }
        )
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    /// - Throws: ``CommandFailure`` if there are faults, after one line on standard error for each kind.
    static func fail(for found: Verification) throws(CommandFailure) {
        guard !found.faults.isEmpty else { return }
        for fault in found.faults {
            printError("\(fault.check.rawValue): \(fault.count), such as \(fault.examples.joined(separator: "; "))")
        }
        throw CommandFailure("the data has faults")
    }
}
