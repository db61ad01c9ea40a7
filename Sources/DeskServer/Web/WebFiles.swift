import CWebAssets
import Foundation
import NIOCore

/// The files of `web/`: those inside the binary, or those of a directory, read anew for each request.
enum WebFiles: Sendable {
    case embedded([String: WebFile])
    case directory(String)

    /// Nil takes those inside the binary.
    init(directory: String?) {
        self = directory.map(WebFiles.directory) ?? .embedded(Self.readEmbedded())
    }

    /// - Parameter path: Inside `web/`, such as `shared/socket.js`.
    func file(_ path: String) -> WebFile? {
        switch self {
        case .embedded(let files):
            return files[path]
        case .directory(let directory):
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else { return nil }
            guard let bytes = FileManager.default.contents(atPath: directory + "/" + path) else { return nil }
            return WebFile(path: path, bytes: ByteBuffer(bytes: bytes))
        }
    }

    private static func readEmbedded() -> [String: WebFile] {
        var files: [String: WebFile] = [:]
        var asset = web_asset()
        var index = 0
        while web_asset_at(index, &asset) != 0 {
            let path = String(cString: asset.path)
            files[path] = WebFile(
                path: path,
                bytes: ByteBuffer(bytes: UnsafeBufferPointer(start: asset.bytes, count: asset.length))
            )
            index += 1
        }
        return files
    }
}
