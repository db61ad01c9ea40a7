import NIOCore

/// The client's mask over a frame's payload (RFC 6455 §5.3).
enum Masking {
    /// The payload without its mask, in a buffer of its own. `mask` as its four bytes lie in memory.
    static func unmasked(_ payload: ByteBuffer, mask: UInt32) -> ByteBuffer {
        let length = payload.readableBytes
        guard length > 0 else { return ByteBuffer() }
        var output = ByteBufferAllocator().buffer(capacity: length)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            payload.withUnsafeReadableBytes { source in
                Self.apply(mask, from: source, to: target)
            }
            return length
        }
        return output
    }

    /// Eight bytes at a time, the rest one by one. `target` is at least as long as `source`.
    private static func apply(
        _ mask: UInt32,
        from source: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) {
        let wide = UInt64(mask) << 32 | UInt64(mask)
        var index = 0
        while index + 8 <= source.count {
            let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            target.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        // On either byte order the mask's byte for position i is the one at i % 4 in memory.
        withUnsafeBytes(of: mask) { key in
            while index < source.count {
                target[index] = source[index] ^ key[index & 3]
                index += 1
            }
        }
    }
}
