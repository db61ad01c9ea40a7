import Synchronization

/// Who may chat: a random token for each name, kept until the server stops.
final class Tokens: Sendable {
    private static let limit = 10_000

    private let names = Mutex<[String: String]>([:])

    /// - Returns: nil if the name is empty or longer than 20 characters, or if too many tokens are out.
    func issue(to name: String) -> String? {
        let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard (1...20).contains(name.count) else { return nil }
        var random = SystemRandomNumberGenerator()
        let token = (0..<2).map { _ in String(random.next(), radix: 36) }.joined()
        return self.names.withLock { names in
            guard names.count < Self.limit else { return nil }
            names[token] = name
            return token
        }
    }

    func name(of token: String) -> String? {
        self.names.withLock { $0[token] }
    }
}
