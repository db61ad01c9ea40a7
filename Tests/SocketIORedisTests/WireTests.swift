import SocketIO
import Testing

@testable import SocketIORedis

@Suite struct WireTests {
    @Test(
        arguments: [
            (.milliseconds(300), 300), (.milliseconds(1500), 1500), (.zero, 0), (.seconds(-1), 0),
            (.seconds(Int64.max), 3_600_000),
        ] as [(Duration, Int)]
    )
    func `the time to answer goes along in milliseconds, within bounds`(timeout: Duration, expected: Int) {
        let options = Wire.options(BroadcastTarget(), BroadcastFlags(), timeout)
        #expect(options.object?["flags"]?.object?["timeout"]?.int == expected)
        #expect(Wire.timeout(options) == .milliseconds(expected))
    }

    @Test func `rooms and exceptions come back`() {
        let target = BroadcastTarget(rooms: ["a", "b"], except: ["c"])
        #expect(Wire.target(Wire.options(target)) == target)
        #expect(Wire.target(nil) == BroadcastTarget())
    }
}
