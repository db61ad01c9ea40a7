import NIOCore

@testable import EngineIO

/// Input: a byte of settings, then what the client sends.
enum FrameProperties {
    /// Longest header of a client's frame: two bytes, a 64-bit length, a mask.
    private static let maxHeader = 14

    private struct Outcome: Equatable {
        var events: [FrameDecoder.Event] = []
        var failure: WebSocketCloseCode?
        var isMidMessage = false
    }

    static func check(_ input: [UInt8]) throws(Violation) {
        guard let settings = input.first else { return }
        let maxPayload = settings & 0x40 == 0 ? 200 : 70_000
        // Zeros at the end make a long frame whole whose header alone stands in the input.
        let zeros = settings & 0x80 == 0 ? 0 : 70_000
        let bytes = input.dropFirst() + [UInt8](repeating: 0, count: zeros)
        let whole = try Self.decode(bytes, maxPayload: maxPayload, piece: bytes.count)
        for piece in zeros == 0 ? [1, Int(settings & 0x3f) + 2] : [Int(settings & 0x3f) + 1000] {
            let cut = try Self.decode(bytes, maxPayload: maxPayload, piece: piece)
            try require(cut == whole, "cut at every \(piece) bytes it gives \(cut), in one piece \(whole)")
        }
        var again = Outcome()
        again.events = whole.events
        let encoded = ArraySlice(whole.events.flatMap(Self.encode))
        let decoded = try Self.decode(encoded, maxPayload: maxPayload, piece: encoded.count)
        try require(decoded == again, "encoded again it gives \(decoded), before \(again)")
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, maxPayload: Int, piece: Int) throws(Violation) -> Outcome {
        var decoder = FrameDecoder(maxPayload: maxPayload)
        var outcome = Outcome()
        var rest = bytes
        while !rest.isEmpty {
            decoder.append(ByteBuffer(bytes: rest.prefix(piece)))
            rest = rest.dropFirst(piece)
            do throws(WebSocketCloseCode) {
                while let event = try decoder.next() { outcome.events.append(event) }
            } catch {
                outcome.failure = error
                return outcome
            }
            try Self.checkMemory(of: decoder, maxPayload: maxPayload, piece: piece)
        }
        outcome.isMidMessage = decoder.isMidMessage
        return outcome
    }

    /// Nothing is held beyond the bound and one header. A buffer may have room for twice its bytes, since it doubles.
    private static func checkMemory(of decoder: FrameDecoder, maxPayload: Int, piece: Int) throws(Violation) {
        let held = decoder.input.readableBytes + (decoder.message?.readableBytes ?? 0)
        try require(held <= maxPayload + Self.maxHeader, "\(held) bytes held, the bound is \(maxPayload)")
        let room = decoder.input.storageCapacity + (decoder.message?.storageCapacity ?? 0)
        let bound = 4 * maxPayload + 2 * (Self.maxHeader + piece)
        try require(room <= bound, "\(room) bytes allocated, the bound is \(bound)")
    }

    /// The frame that a client sends for an event.
    private static func encode(_ event: FrameDecoder.Event) -> [UInt8] {
        switch event {
        case .text(let payload): Self.frame(.text, payload)
        case .binary(let payload): Self.frame(.binary, payload)
        case .ping(let payload): Self.frame(.ping, payload)
        case .pong: Self.frame(.pong, ByteBuffer())
        case .close(let code): Self.frame(.close, ByteBuffer(integer: code.rawValue))
        }
    }

    private static func frame(_ opcode: Opcode, _ payload: ByteBuffer) -> [UInt8] {
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        var frame = FrameHeader.clientHeader(opcode, length: payload.readableBytes) + mask
        for (index, byte) in payload.readableBytesView.enumerated() { frame.append(byte ^ mask[index % 4]) }
        return frame
    }
}

extension FrameHeader {
    /// A final frame's header with the mask bit, up to the mask.
    fileprivate static func clientHeader(_ opcode: Opcode, length: Int) -> [UInt8] {
        let lengthBytes: [UInt8] =
            switch length {
            case ..<126: [0x80 | UInt8(length)]
            case ...0xffff: [0x80 | 126] + Self.bigEndian(UInt64(length)).suffix(2)
            default: [0x80 | 127] + Self.bigEndian(UInt64(length))
            }
        return [0x80 | opcode.rawValue] + lengthBytes
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
