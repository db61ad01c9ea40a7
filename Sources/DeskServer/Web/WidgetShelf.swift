import Synchronization

/// Has the widget's files ready: those inside the binary are made once, those of a directory anew each time.
final class WidgetShelf: Sendable {
    private let files: WebFiles
    private let made = Mutex<WidgetFiles?>(nil)

    init(files: WebFiles) { self.files = files }

    func widget() throws(PackError) -> WidgetFiles {
        guard case .embedded = files else { return try WidgetFiles(files) }
        if let widget = made.withLock(\.self) { return widget }
        let widget = try WidgetFiles(files)
        made.withLock { $0 = widget }
        return widget
    }
}
