import Crypto
import Desk

/// Encrypts secrets for the store (AES-GCM), each for one purpose: what was sealed for another does not open.
struct Sealer: Sendable {
    /// Longer ones are none of ours.
    private static let longestSealed = 256

    private let key: SymmetricKey

    init(key: SymmetricKey) {
        self.key = key
    }

    func seal(_ secret: [UInt8], for purpose: String) throws(DeskError) -> String {
        do {
            let box = try AES.GCM.seal(secret, using: key, authenticating: Array(purpose.utf8))
            guard let combined = box.combined else { throw DeskError.unavailable }
            return Base64URL.encode(combined)
        } catch {
            throw .unavailable
        }
    }

    /// Nil if it was not sealed with this key for that purpose.
    func open(_ sealed: String, for purpose: String) -> [UInt8]? {
        guard sealed.utf8.count <= Self.longestSealed, let bytes = Base64URL.decode(sealed),
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let secret = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8))
        else { return nil }
        return Array(secret)
    }
}
