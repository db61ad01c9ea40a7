import CWebAssets

enum Gzip {
    /// - Returns: Nil where zlib cannot, for want of memory.
    static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        let capacity = web_gzip_bound(bytes.count)
        guard capacity > 0 else { return nil }
        let result = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = web_gzip(bytes, bytes.count, buffer.baseAddress, buffer.count)
        }
        return result.isEmpty ? nil : result
    }
}
