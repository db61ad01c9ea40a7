import Crypto

/// The files of the widget as pages of other sites load them.
struct WidgetFiles: Sendable {
    /// What the page's script element names. It loads the others when they are needed.
    let loader: WebFile
    /// Changes with any of the parts.
    let hash: String
    /// By the path they have below the hash: the language, and the name.
    let parts: [String: WebFile]

    private static let hashBytes = 12

    init(_ files: WebFiles) throws(PackError) {
        let properties = try Self.properties(files)
        let styles = try Self.styles(files)
        var parts: [String: WebFile] = [:]
        for (language, texts) in try WidgetLanguages(files).texts {
            let constants = styles.merging(texts.constants) { style, _ in style }
            for (name, file) in try Self.scripts(constants, properties, files) { parts[language + "/" + name] = file }
        }
        let tags = parts.sorted { $0.key < $1.key }.map { $0.key + $0.value.plain.etag }
        hash = Base64URL.encode(Array(SHA256.hash(data: Array(tags.joined().utf8))).prefix(Self.hashBytes))
        let path = ["__WIDGET_PATH__": ScriptText.literal("/widget/\(hash)/")]
        let loader = try ModulePack.pack(
            "widget/loader.js",
            as: .script,
            constants: styles.merging(path) { style, _ in style },
            properties: properties,
            read: files.source
        )
        self.loader = WebFile(path: "widget.js", bytes: Array(loader.text.utf8))
        self.parts = parts
    }

    private static func source(_ path: String, _ files: WebFiles) throws(PackError) -> [UInt8] {
        guard let source = files.source(path) else { throw .missing(path: path) }
        return source
    }

    /// Compressed together with the scripts that name them, they are shorter.
    private static func styles(_ files: WebFiles) throws(PackError) -> [String: String] {
        var styles: [String: String] = [:]
        for (name, path) in [("launcher", "launcher.css"), ("panel", "widget.css"), ("more", "more.css")] {
            let style = StyleText.shortened(try source("widget/" + path, files))
            styles["styles." + name] = ScriptText.literal(style)
        }
        return styles
    }

    /// The names that only the widget's own modules give to properties.
    private static func properties(_ files: WebFiles) throws(PackError) -> [String] {
        let source = try source("widget/own-properties.txt", files)
        return String(decoding: source, as: UTF8.self).split { $0.isWhitespace }.map(String.init)
    }

    /// The panel and all it loads while running, packed.
    private static func scripts(
        _ constants: [String: String],
        _ properties: [String],
        _ files: WebFiles
    ) throws(PackError) -> [String: WebFile] {
        var scripts: [String: WebFile] = [:]
        var paths = ["widget/chat.js"]
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

    /// Whether it could be the hash of another version.
    static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == (hashBytes * 8 + 5) / 6
            && text.utf8.allSatisfy {
                Ascii.isWordStart($0) && $0 != Ascii.dollar || Ascii.isDigit($0) || $0 == Ascii.minus
            }
    }
}
