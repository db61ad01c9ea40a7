/// Has the widget's files ready: those inside the binary are made once, those of a directory anew each time.
struct WidgetShelf: Sendable {
    private let files: WebFiles
    /// Takes a quarter of a second, for the first who asks; who comes meanwhile waits for the same.
    private static let embedded = Result { () throws(PackError) in try WidgetFiles(WebFiles(directory: nil)) }

    init(files: WebFiles) { self.files = files }

    func widget() throws(PackError) -> WidgetFiles {
        guard case .embedded = files else { return try WidgetFiles(files) }
        return try Self.embedded.get()
    }
}
