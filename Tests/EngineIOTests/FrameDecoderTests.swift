import NIOCore
import Testing

@testable import EngineIO

/// A client's frame, masked; `length` overrides the length stated in its header.
func clientFrame(
    _ opcode: UInt8,
    _ payload: [UInt8],
    isFinal: Bool = true,
    reserved: UInt8 = 0,
    mask: [UInt8]? = [0x12, 0x34, 0x56, 0x78],
    lengthForm: Int? = nil
) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeInteger((isFinal ? 0x80 : 0) | reserved << 4 | opcode)
    let masked: UInt8 = mask == nil ? 0 : 0x80
    switch lengthForm ?? (payload.count < 126 ? 1 : payload.count <= 0xffff ? 2 : 8) {
    case 1: buffer.writeInteger(masked | UInt8(payload.count))
    case 2:
        buffer.writeInteger(masked | 126)
        buffer.writeInteger(UInt16(payload.count))
    default:
        buffer.writeInteger(masked | 127)
        buffer.writeInteger(UInt64(payload.count))
    }
    if let mask {
        buffer.writeBytes(mask)
        buffer.writeBytes(payload.enumerated().map { $1 ^ mask[$0 % 4] })
    } else {
        buffer.writeBytes(payload)
    }
    return buffer
}

struct FrameDecoderTests {
    private static func decode(
        _ frames: [ByteBuffer],
        maxPayload: Int = 1000,
        chunk: Int = .max
    ) throws -> [FrameDecoder.Event] {
        var decoder = FrameDecoder(maxPayload: maxPayload)
        var wire = ByteBuffer()
        for frame in frames { wire.writeImmutableBuffer(frame) }
        var events: [FrameDecoder.Event] = []
        while wire.readableBytes > 0 {
            guard let part = wire.readSlice(length: min(chunk, wire.readableBytes)) else { break }
            decoder.append(part)
            while let event = try decoder.next() { events.append(event) }
        }
        #expect(!decoder.isMidMessage)
        return events
    }

    private static func failure(_ frames: [ByteBuffer], maxPayload: Int = 1000) -> WebSocketCloseCode? {
        #expect(throws: WebSocketCloseCode.self) { try self.decode(frames, maxPayload: maxPayload) }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536])
    func `a text frame of any length comes out unmasked`(length: Int) throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
        #expect(try Self.decode([clientFrame(1, text)], maxPayload: 70_000) == [.text(ByteBuffer(bytes: text))])
    }

    @Test(arguments: [1, 2, 3, 5, 64])
    func `the cut of the stream into reads does not matter`(chunk: Int) throws {
        let long = [UInt8](repeating: 0xc3, count: 1) + [0xa4] + [UInt8](repeating: 0x41, count: 400)
        let events = try Self.decode(
            [clientFrame(1, long), clientFrame(9, [1, 2]), clientFrame(2, [0, 255]), clientFrame(10, [])],
            chunk: chunk
        )
        #expect(
            events == [
                .text(ByteBuffer(bytes: long)), .ping(ByteBuffer(bytes: [1, 2])), .binary(ByteBuffer(bytes: [0, 255])),
                .pong,
            ]
        )
    }

    @Test func `fragments are joined and control frames may stand between them`() throws {
        let events = try Self.decode([
            clientFrame(1, [0xe2, 0x82], isFinal: false), clientFrame(9, [7]), clientFrame(0, [0xac], isFinal: false),
            clientFrame(0, [0x21]),
        ])
        #expect(events == [.ping(ByteBuffer(bytes: [7])), .text(ByteBuffer(string: "€!"))])
    }

    @Test func `what RFC 6455 forbids is a protocol error`() {
        let cases: [[ByteBuffer]] = [
            [clientFrame(1, [1], mask: nil)],
            [clientFrame(1, [1], reserved: 4)], [clientFrame(1, [1], reserved: 1)],
            [clientFrame(3, [])], [clientFrame(11, [])],
            [clientFrame(9, [], isFinal: false)], [clientFrame(9, [UInt8](repeating: 0, count: 126))],
            [clientFrame(0, [1])],
            [clientFrame(1, [0x41], isFinal: false), clientFrame(1, [0x41])],
            [clientFrame(1, [0x41], lengthForm: 2)], [clientFrame(1, [0x41], lengthForm: 8)],
            [clientFrame(8, [3])], [clientFrame(8, [0x03, 0xed])], [clientFrame(8, [0, 0])],
        ]
        for frames in cases { #expect(Self.failure(frames) == .protocolError) }
    }

    @Test func `a length with its highest bit set is refused and traps nothing`() {
        let frame = ByteBuffer(bytes: [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
        #expect(Self.failure([frame]) == .protocolError)
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(Self.failure([clientFrame(1, [0xc3, 0x28])]) == .invalidPayload)
        #expect(Self.failure([clientFrame(1, [0xed, 0xa0, 0x80])]) == .invalidPayload)
        #expect(Self.failure([clientFrame(8, [0x03, 0xe8, 0xff])]) == .invalidPayload)
    }

    @Test func `a frame over the bound is refused from its header alone`() throws {
        var decoder = FrameDecoder(maxPayload: 1000)
        decoder.append(ByteBuffer(bytes: [0x82, 0xfe, 0x03, 0xe9]))
        #expect(throws: WebSocketCloseCode.messageTooBig) { try decoder.next() }
        let half = [UInt8](repeating: 1, count: 600)
        #expect(Self.failure([clientFrame(2, half, isFinal: false), clientFrame(0, half)]) == .messageTooBig)
    }

    @Test func `a control frame fits between the fragments of a message at the bound`() throws {
        let most = [UInt8](repeating: 1, count: 1000)
        let frames = [clientFrame(2, most, isFinal: false), clientFrame(9, Array(0..<125)), clientFrame(0, [])]
        #expect(
            try Self.decode(frames) == [.ping(ByteBuffer(bytes: Array(0..<125))), .binary(ByteBuffer(bytes: most))]
        )
    }

    @Test func `a message of too many fragments is refused`() {
        let frames =
            [clientFrame(2, [], isFinal: false)]
            + Array(repeating: clientFrame(0, [], isFinal: false), count: FrameDecoder.maxFragments)
        #expect(Self.failure(frames) == .policyViolation)
    }

    @Test func `a close frame brings its status`() throws {
        #expect(try Self.decode([clientFrame(8, [])]) == [.close(.normal)])
        #expect(try Self.decode([clientFrame(8, [0x03, 0xe9, 0x62])]) == [.close(.goingAway)])
        #expect(try Self.decode([clientFrame(8, [0x0f, 0xa0])]) == [.close(WebSocketCloseCode(rawValue: 4000))])
    }

    @Test func `no sequence of random bytes traps`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var decoder = FrameDecoder(maxPayload: 200)
            let bytes = (0..<Int.random(in: 1...60)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            decoder.append(ByteBuffer(bytes: bytes))
            while let event = try? decoder.next() { _ = event }
        }
    }
}
