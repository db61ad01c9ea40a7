import CWebAssets
import Synchronization

/// The files inside the binary. Each is made ready when it is asked for first, so that the start does not wait.
final class EmbeddedFiles: Sendable {
    private struct Asset: @unchecked Sendable {
        /// Constants of the binary: nobody writes to them, and they are there as long as the process is.
        let bytes: UnsafeBufferPointer<UInt8>
    }

    private let assets: [String: Asset]
    private let ready = Mutex<[String: WebFile]>([:])

    init() {
        var assets: [String: Asset] = [:]
        var asset = web_asset()
        var index = 0
        while web_asset_at(index, &asset) != 0 {
            let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.length)
            assets[String(cString: asset.path)] = Asset(bytes: bytes)
            index += 1
        }
        self.assets = assets
    }

    var paths: [String] { Array(assets.keys) }

    func source(_ path: String) -> [UInt8]? {
        assets[path].map { Array($0.bytes) }
    }

    func file(_ path: String) -> WebFile? {
        if let file = ready.withLock({ $0[path] }) { return file }
        guard let source = source(path) else { return nil }
        // Two who ask at once make the same.
        let file = WebFiles.ready(path, source)
        ready.withLock { $0[path] = file }
        return file
    }
}
