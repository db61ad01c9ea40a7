/// How the widget looks on a site.
package struct SiteAppearance: Sendable, Equatable {
    /// The corner of the launcher.
    package enum Position: String, Sendable {
        case left, right
    }

    private static let greetingRule = TextRule(field: "greeting", maxCharacters: 300, isMultiline: true)
    private static let titleRule = TextRule(field: "title", maxCharacters: 60)

    /// `#rrggbb` in lower case. The page picks a readable colour for what stands on it.
    package let color: String
    package let position: Position
    /// The first thing a visitor reads; empty for the language's own.
    package let greeting: String
    /// The panel's heading; empty for the language's own.
    package let title: String

    /// - Throws: ``DeskError/invalid(field:)`` with `color`, `greeting` or `title`.
    package init(color: String, position: Position, greeting: String, title: String) throws(DeskError) {
        let color = color.lowercased()
        let digits = color.utf8.dropFirst()
        guard color.utf8.first == UInt8(ascii: "#"), digits.count == 6, digits.allSatisfy(Self.isHex) else {
            throw .invalid(field: "color")
        }
        self.init(
            checkedColor: color,
            position: position,
            greeting: try Self.greetingRule.optional(greeting),
            title: try Self.titleRule.optional(title)
        )
    }

    private init(checkedColor: String, position: Position, greeting: String, title: String) {
        self.color = checkedColor
        self.position = position
        self.greeting = greeting
        self.title = title
    }

    /// The product's own blue, in the corner where people look for it.
    static let initial = SiteAppearance(checkedColor: "#1f4e79", position: .right, greeting: "", title: "")

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
