/// An answer that agents have at hand. What stands in `{{...}}` is for the pages to fill in.
package struct CannedReply: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package var id: ID
    package var title: String
    package var text: String
    package var updatedAt: Timestamp

    package init(id: ID, title: String, text: String, updatedAt: Timestamp) {
        self.id = id
        self.title = title
        self.text = text
        self.updatedAt = updatedAt
    }
}
