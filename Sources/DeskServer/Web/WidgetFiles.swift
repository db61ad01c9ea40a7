import Crypto

/// The files of the widget as pages of other sites load them.
struct WidgetFiles: Sendable {
    /// What the page's script element names. It loads the others when they are needed.
    let loader: WebFile
    /// Changes with any of the parts.
    let hash: String
    /// By the name they have below the hash.
    let parts: [String: WebFile]

    private static let hashBytes = 12

    init(_ files: WebFiles) throws(PackError) {
        let chat = try ModulePack.pack("widget/chat.js", as: .module, read: files.source)
        var parts = ["chat.js": WebFile(path: "chat.js", bytes: Array(chat.utf8))]
        for (name, path) in Self.copied(files) {
            guard let file = files.file(path) else { throw .missing(path: path) }
            parts[name] = file
        }
        let tags = parts.sorted { $0.key < $1.key }.map { $0.key + $0.value.plain.etag }
        hash = Base64URL.encode(Array(SHA256.hash(data: Array(tags.joined().utf8))).prefix(Self.hashBytes))
        let text = try ModulePack.pack(
            "widget/loader.js",
            as: .script,
            constants: ["__WIDGET_PATH__": "/widget/\(hash)/"],
            read: files.source
        )
        loader = WebFile(path: "widget.js", bytes: Array(text.utf8))
        self.parts = parts
    }

    /// What is sent as it is, by its name below the hash.
    private static func copied(_ files: WebFiles) -> [(name: String, path: String)] {
        let locales = files.names(in: "widget/locales").filter { $0.hasSuffix(".json") }
        return [("widget.css", "widget/widget.css")] + locales.map { ($0, "widget/locales/" + $0) }
    }

    /// Whether it could be the hash of another version.
    static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == (hashBytes * 8 + 5) / 6
            && text.utf8.allSatisfy {
                Ascii.isWordStart($0) && $0 != Ascii.dollar || Ascii.isDigit($0) || $0 == Ascii.minus
            }
    }
}
