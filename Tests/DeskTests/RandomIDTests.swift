import Testing

@testable import Desk

struct RandomIDTests {
    /// Gives the same bits each time.
    private struct Constant: RandomNumberGenerator {
        var bits: UInt64
        mutating func next() -> UInt64 { bits }
    }

    @Test func `an id is 22 characters of base64url`() {
        var (zeros, ones) = (Constant(bits: 0), Constant(bits: .max))
        #expect(RandomID.make(using: &zeros) == String(repeating: "A", count: 22))
        #expect(RandomID.make(using: &ones) == String(repeating: "_", count: 22))
    }

    @Test func `no two ids are the same`() {
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<10_000).map { _ in RandomID.make(using: &generator) }
        #expect(!ids.contains { $0.hasPrefix("-") })
        #expect(Set(ids).count == ids.count)
    }
}
