import NIOCore

@testable import EngineIO

/// Input: a body of a polling request; also messages with a line each, and base64 text.
enum PollingProperties {
    private struct Outcome: Equatable {
        var packets: [InboundPacket] = []
        var isMalformed = false
    }

    static func check(_ input: [UInt8]) throws(Violation) {
        try Self.checkBody(input)
        try Self.checkMessages(input)
        try Self.checkBase64(input)
        guard LinearTime.samples(input) else { return }
        try LinearTime.check("polling payload", repeating: input + [PollingPayload.separator]) { body in
            try? PollingPayload.decode(ByteBuffer(bytes: body)) { _ in true }
        }
        try LinearTime.check("base64", repeating: input) { _ = Base64.decode(ByteBuffer(bytes: $0)) }
    }

    private static func checkBody(_ input: [UInt8]) throws(Violation) {
        let outcome = Self.decode(input)
        let records = input.count { $0 == PollingPayload.separator } + 1
        let isComplete = outcome.packets.count == records
        try require(outcome.isMalformed != isComplete, "\(outcome.packets.count) packets of \(records) records")
        let bytes = outcome.packets.reduce(0) { $0 + $1.payload.readableBytes }
        try require(bytes <= input.count, "\(bytes) bytes handed over, \(input.count) received")
        let again = Self.decode(Self.body(outcome.packets.map { $0.message }))
        let isEmpty = outcome.packets.isEmpty
        try require(again == Outcome(packets: outcome.packets, isMalformed: isEmpty), "encoded again: \(again)")
        guard !isEmpty else { return }
        let first = Self.decode(input, limit: 1)
        try require(first == Outcome(packets: [outcome.packets[0]]), "decoding went on after the end")
    }

    /// What a server sends, a client gets.
    private static func checkMessages(_ input: [UInt8]) throws(Violation) {
        let packets = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in
                let bytes = ByteBuffer(bytes: line)
                let isText = line.span.isValidUTF8 && !line.contains(PollingPayload.separator)
                return isText ? InboundPacket.text(.message, bytes) : .binary(bytes)
            }
        let decoded = Self.decode(Self.body(packets.map { $0.message }))
        try require(decoded == Outcome(packets: packets), "sent \(packets), received \(decoded)")
    }

    private static func checkBase64(_ input: [UInt8]) throws(Violation) {
        let bytes = ByteBuffer(bytes: input)
        try require(Self.recoded(bytes) == bytes, "base64 does not come back")
        guard let decoded = Base64.decode(bytes) else { return }
        try require(decoded.readableBytes <= input.count / 4 * 3 + 2, "base64 became longer")
        try require(Self.recoded(decoded) == decoded, "what base64 stood for does not come back")
    }

    private static func recoded(_ bytes: ByteBuffer) -> ByteBuffer? {
        var text = ByteBuffer()
        Base64.encode(bytes, into: &text)
        return Base64.decode(text)
    }

    private static func decode(_ body: [UInt8], limit: Int = .max) -> Outcome {
        var outcome = Outcome()
        do throws(PacketError) {
            try PollingPayload.decode(ByteBuffer(bytes: body)) { packet throws(PacketError) in
                outcome.packets.append(packet)
                return outcome.packets.count < limit
            }
        } catch {
            outcome.isMalformed = true
        }
        return outcome
    }

    private static func body(_ messages: [OutboundMessage]) -> [UInt8] {
        var body = ByteBuffer()
        for message in messages { PollingPayload.append(message, to: &body) }
        return Array(body.readableBytesView)
    }
}

extension InboundPacket {
    fileprivate var payload: ByteBuffer {
        switch self {
        case .text(_, let payload), .binary(let payload): payload
        }
    }

    /// The packet as a server would send it.
    fileprivate var message: OutboundMessage {
        switch self {
        case .text(let type, let payload): OutboundMessage(type, String(buffer: payload))
        case .binary(let payload): OutboundMessage(binary: payload)
        }
    }
}
