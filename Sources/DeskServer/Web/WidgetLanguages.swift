/// The languages of the widget: one for each file in `web/widget/locales/`.
struct WidgetLanguages: Sendable {
    /// By language.
    let texts: [String: WidgetTexts]

    private static let directory = "widget/locales"

    init(_ files: WebFiles) throws(PackError) {
        var texts: [String: WidgetTexts] = [:]
        for name in files.names(in: Self.directory) where name.hasSuffix(".json") {
            let path = Self.directory + "/" + name
            guard let json = files.source(path) else { throw .missing(path: path) }
            texts[String(name.dropLast(".json".count))] = try WidgetTexts(path: path, json: json)
        }
        self.texts = texts
    }

    /// - Parameter wanted: Such as `de-AT`.
    func language(for wanted: some StringProtocol) -> String {
        let wanted = wanted.lowercased()
        return texts.keys.sorted().first { wanted.hasPrefix($0) } ?? "en"
    }
}
