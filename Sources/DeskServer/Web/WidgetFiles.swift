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
        let properties = try Self.properties(files)
        var parts = try Self.scripts(from: ["widget/chat.js", "widget/former-keys.js"], properties, files)
        for (name, path) in Self.copied(files) {
            guard let file = files.file(path) else { throw .missing(path: path) }
            parts[name] = file
        }
        let tags = parts.sorted { $0.key < $1.key }.map { $0.key + $0.value.plain.etag }
        hash = Base64URL.encode(Array(SHA256.hash(data: Array(tags.joined().utf8))).prefix(Self.hashBytes))
        let loader = try ModulePack.pack(
            "widget/loader.js",
            as: .script,
            constants: ["__WIDGET_PATH__": "/widget/\(hash)/"],
            properties: properties,
            read: files.source
        )
        self.loader = WebFile(path: "widget.js", bytes: Array(loader.text.utf8))
        self.parts = parts
    }

    /// The names that only the widget's own modules give to properties.
    private static func properties(_ files: WebFiles) throws(PackError) -> [String] {
        let path = "widget/own-properties.txt"
        guard let source = files.source(path) else { throw .missing(path: path) }
        return String(decoding: source, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
    }

    /// Packed scripts and all they load while running, by the names they have below the hash.
    private static func scripts(
        from paths: [String],
        _ properties: [String],
        _ files: WebFiles
    ) throws(PackError) -> [String: WebFile] {
        guard let style = files.source("widget/widget.css") else { throw .missing(path: "widget/widget.css") }
        // Compressed together, the two are shorter.
        let constants = ["__WIDGET_STYLE__": StyleText.shortened(style)]
        var scripts: [String: WebFile] = [:]
        var paths = paths
        var origins: [String: String] = [:]
        while let path = paths.popLast() {
            let name = String(path.split(separator: "/").last ?? "")
            if let other = origins[name] {
                guard other == path else { throw .usedTwice([name: [other, path].sorted()]) }
                continue
            }
            origins[name] = path
            let pack = try ModulePack.pack(
                path,
                as: .module,
                constants: constants,
                properties: properties,
                read: files.source
            )
            scripts[name] = WebFile(path: name, bytes: Array(pack.text.utf8))
            paths += pack.lazyPaths
        }
        return scripts
    }

    /// What is sent as it is, by its name below the hash.
    private static func copied(_ files: WebFiles) -> [(name: String, path: String)] {
        let locales = files.names(in: "widget/locales").filter { $0.hasSuffix(".json") }
        return [("more.css", "widget/more.css")] + locales.map { ($0, "widget/locales/" + $0) }
    }

    /// Whether it could be the hash of another version.
    static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == (hashBytes * 8 + 5) / 6
            && text.utf8.allSatisfy {
                Ascii.isWordStart($0) && $0 != Ascii.dollar || Ascii.isDigit($0) || $0 == Ascii.minus
            }
    }
}
