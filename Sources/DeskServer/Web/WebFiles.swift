import Foundation

/// The files of `web/`: those inside the binary, or those of a directory, read anew for each request.
enum WebFiles: Sendable {
    case embedded(EmbeddedFiles)
    case directory(String)

    /// Nil takes those inside the binary.
    init(directory: String?) {
        self = directory.map(WebFiles.directory) ?? .embedded(EmbeddedFiles())
    }

    /// - Parameter path: Inside `web/`, such as `shared/socket.js`.
    func file(_ path: String) -> WebFile? {
        switch self {
        case .embedded(let files): files.file(path)
        case .directory: source(path).map { Self.ready(path, $0) }
        }
    }

    /// What stands in the file.
    func source(_ path: String) -> [UInt8]? {
        switch self {
        case .embedded(let files):
            return files.source(path)
        case .directory(let directory):
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else { return nil }
            return FileManager.default.contents(atPath: directory + "/" + path).map(Array.init)
        }
    }

    /// The names of the files in a directory inside `web/`, sorted.
    func names(in directory: String) -> [String] {
        let names =
            switch self {
            case .embedded(let files):
                files.paths.filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
            case .directory(let root):
                (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + directory)) ?? []
            }
        return names.filter { !$0.hasPrefix(".") && !$0.contains("/") }.sorted()
    }

    /// A script that cannot be read is sent as it is, so that the browser says what is wrong with it.
    static func ready(_ path: String, _ source: [UInt8]) -> WebFile {
        WebFile(path: path, bytes: (try? WebText.shortened(source, path: path)) ?? source)
    }
}
