/// What a text field may hold.
///
/// A character is a Swift `Character`, an extended grapheme cluster: what a person counts. Since one
/// cluster can hold any number of scalars, a field is also bounded in UTF-8 bytes; that check comes
/// first because it costs nothing. Whoever stays within the limit in UTF-16 units, as an HTML
/// `maxlength` counts, is always within both bounds.
///
/// Control characters (C0 without newline and tab, DEL, C1) are dropped, not refused: they come from
/// pasted terminal output, nobody typed them, and a failed message helps nobody. CR LF and CR become
/// a newline. In fields of one line, newline and tab become a space, and what turns the direction of
/// writing (U+061C, U+200E, U+200F, U+202A...U+202E, U+2066...U+2069) is dropped too: names stand beside
/// other words, which a name must not turn around.
package struct TextRule: Sendable {
    /// The field's name on the wire, for ``DeskError/invalid(field:)``.
    let field: String
    let maxCharacters: Int
    var maxBytesPerCharacter = 8
    var isMultiline = false

    package static let message = TextRule(field: "text", maxCharacters: 4000, isMultiline: true)
    package static let subject = TextRule(field: "subject", maxCharacters: 200)
    package static let name = TextRule(field: "name", maxCharacters: 200)
    package static let email = TextRule(field: "email", maxCharacters: 254)

    /// The text as it will be stored.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` if it is too long, or blank where something is needed.
    package func required(_ text: String) throws(DeskError) -> String {
        let clean = try optional(text)
        guard !Self.isBlank(clean) else { throw .invalid(field: field) }
        return clean
    }

    /// As ``required(_:)``, but blank is allowed.
    package func optional(_ text: String) throws(DeskError) -> String {
        guard fits(text) else { throw .invalid(field: field) }
        let mustClean =
            Self.hasControls(text, allowingLineBreaks: isMultiline)
            || (!isMultiline && text.unicodeScalars.contains(where: Self.turnsDirection))
        return mustClean ? withoutControls(text) : text
    }

    func fits(_ text: String) -> Bool {
        let bytes = text.utf8.count
        return bytes <= maxCharacters || (bytes <= maxCharacters * maxBytesPerCharacter && text.count <= maxCharacters)
    }

    /// Nothing that leaves a mark: only white space, or characters that are never drawn.
    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
        }
    }

    static func hasControls(_ text: String, allowingLineBreaks: Bool) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            // C1 is U+0080...U+009F, in UTF-8 the byte C2 and one of 80...9F.
            let isC1 = previous == 0xC2 && byte < 0xA0
            let isAllowed = allowingLineBreaks && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t"))
            if isC1 || byte == 0x7F || (byte < 0x20 && !isAllowed) { return true }
            previous = byte
        }
        return false
    }

    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": true
        default: false
        }
    }

    private func withoutControls(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r": clean.append(isMultiline ? "\n" : " ")
            case "\t": clean.append(isMultiline ? "\t" : " ")
            case _ where scalar.properties.generalCategory == .control: break
            case _ where !isMultiline && Self.turnsDirection(scalar): break
            default: clean.append(scalar)
            }
            previous = scalar
        }
        return String(clean)
    }
}
