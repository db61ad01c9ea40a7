import Desk
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Makes ids of the system's random numbers, asking for many of them at a time: a call of the kernel for each would cost
/// a message as much as its JSON. Thread-safe.
final class IDSource: Sendable {
    private let generator = Mutex(BatchedRandomness())

    /// As ``RandomID``.
    func make() -> String {
        self.generator.withLock { RandomID.make(using: &$0) }
    }
}

private struct BatchedRandomness: RandomNumberGenerator {
    /// 256 bytes: more getentropy(3) does not give at once.
    private static let size = 32

    private var numbers: [UInt64] = []

    mutating func next() -> UInt64 {
        if self.numbers.isEmpty { self.refill() }
        return self.numbers.popLast() ?? UInt64.random(in: 0 ... .max)
    }

    private mutating func refill() {
        self.numbers = Array(unsafeUninitializedCapacity: Self.size) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            #if canImport(Darwin)
            arc4random_buf(bytes.baseAddress, bytes.count)
            count = Self.size
            #else
            count = getentropy(bytes.baseAddress, bytes.count) == 0 ? Self.size : 0
            #endif
        }
    }
}
