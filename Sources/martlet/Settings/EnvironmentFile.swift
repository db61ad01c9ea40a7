import Foundation

/// The file `.env`: lines `KEY=value`, comments after `#` at the beginning of a line, values in quotes if
/// one likes. Stricter than what reads the values: a line that means nothing stops the start.
struct EnvironmentFile {
    static let path = ".env"

    let values: [String: String]

    /// No file is an empty one.
    ///
    /// - Throws: ``CommandFailure`` naming the line.
    init(readingFrom path: String = path) throws(CommandFailure) {
        guard FileManager.default.fileExists(atPath: path) else {
            values = [:]
            return
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else { throw CommandFailure("cannot read \(path)") }
        var values: [String: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let (name, value) = Self.parse(line) else {
                throw CommandFailure("\(path) line \(index + 1): not KEY=value")
            }
            guard Setting.environmentNames.contains(name) else {
                throw CommandFailure("\(path) line \(index + 1): unknown key \(name)")
            }
            values[name] = value
        }
        self.values = values
    }

    private static func parse(_ line: String) -> (name: String, value: String)? {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        return (parts[0], unquoted(parts[1]))
    }

    private static func unquoted(_ value: String) -> String {
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        return value
    }
}
