/// The key by which a sender's retry is recognised: 1 to 64 characters chosen by the client, at most
/// 256 bytes, no control characters.
package struct ClientID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// - Throws: ``DeskError/invalid(field:)`` with `clientId`.
    package init(_ rawValue: String) throws(DeskError) {
        let field = TextRule(field: "clientId", maxCharacters: 64, maxBytesPerCharacter: 4)
        guard !rawValue.isEmpty, field.fits(rawValue), !TextRule.hasControls(rawValue, allowingLineBreaks: false)
        else { throw .invalid(field: "clientId") }
        self.rawValue = rawValue
    }

    /// Trusts a value that was checked before it was stored.
    package init(stored rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }
}
