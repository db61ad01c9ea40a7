/// What a `User-Agent` header says in three words, such as `Firefox on Linux`, so that people can tell their sessions
/// apart. Only these words are kept.
enum BrowserName {
    /// Nil if nothing is known in it.
    static func read(_ userAgent: String?) -> String? {
        guard let userAgent, userAgent.utf8.count <= 1024 else { return nil }
        let find = { (names: [(mark: String, name: String)]) in names.first { userAgent.contains($0.mark) }?.name }
        switch (find(browsers), find(systems)) {
        case (let browser?, let system?): return "\(browser) on \(system)"
        case (let browser?, nil): return browser
        case (nil, let system?): return "A browser on \(system)"
        case (nil, nil): return nil
        }
    }

    /// Those that claim to be others come first.
    private static let browsers: [(mark: String, name: String)] = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"),
        ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems: [(mark: String, name: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux"),
    ]
}
