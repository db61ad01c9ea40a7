import NIOCore

@testable import EngineIO
@testable import SocketIO

/// Input: messages with a byte 0xff between them, which stands in no text; one that begins with 0xfe is binary.
enum PacketProperties {
    private static let maxAttachments = 3
    private static let maxAttachmentBytes = 100

    static func check(_ input: [UInt8]) throws(Violation) {
        var decoder = Self.makeDecoder()
        var isOpen = true
        for message in input.split(separator: 0xff, omittingEmptySubsequences: false) {
            // A server never hands on text that is not UTF-8. It must not trap all the same.
            let isText = message.first != 0xfe && message.span.isValidUTF8
            if isText { try Self.checkJSON(message) }
            guard isOpen else { continue }
            switch Self.receive(message, &decoder) {
            case .success(let packet?) where isText || packet.kind.isBinary: try Self.check(packet)
            case .success: break
            case .failure: isOpen = false
            }
        }
        guard LinearTime.samples(input) else { return }
        try LinearTime.check("packet", repeating: input) { _ = Self.receive($0[...]) }
        try LinearTime.check("arguments", repeating: input + [UInt8(ascii: ",")]) { arguments in
            _ = Self.receive(Array("50-[\"name\",".utf8)[...] + arguments + Array("0]".utf8))
        }
    }

    private static func makeDecoder() -> PacketDecoder {
        PacketDecoder(maxAttachments: Self.maxAttachments, maxAttachmentBytes: Self.maxAttachmentBytes)
    }

    private static func receive(_ message: ArraySlice<UInt8>) -> Result<Packet?, SocketIO.PacketError> {
        var decoder = Self.makeDecoder()
        return Self.receive(message, &decoder)
    }

    private static func receive(
        _ message: ArraySlice<UInt8>,
        _ decoder: inout PacketDecoder
    ) -> Result<Packet?, SocketIO.PacketError> {
        do throws(SocketIO.PacketError) {
            guard message.first == 0xfe else { return .success(try decoder.receive(text: ByteBuffer(bytes: message))) }
            return .success(try decoder.receive(binary: ByteBuffer(bytes: message.dropFirst())))
        } catch {
            return .failure(error)
        }
    }

    // MARK: - Packets

    private static func check(_ packet: Packet) throws(Violation) {
        try require(packet.kind != .connectError, "a client's packet of the type CONNECT_ERROR was taken")
        try require(!PacketDecoder.reservedNames.contains(packet.name), "the reserved name \(packet.name) was taken")
        let bytes = packet.attachments.reduce(0) { $0 + $1.readableBytes }
        try require(packet.attachments.count <= Self.maxAttachments, "\(packet.attachments.count) attachments")
        try require(bytes <= Self.maxAttachmentBytes, "\(bytes) bytes of attachments")
        for value in packet.arguments + [packet.auth] {
            let verdict = RecursiveJSON.judge(Array(value.text.readableBytesView), maxDepth: JSON.maxDepth)
            try require(verdict == .valid, "an argument is \(verdict): \(String(buffer: value.text))")
        }
        var decoder = Self.makeDecoder()
        var decoded: Packet?
        for message in Self.encode(packet) {
            guard case .success(let found) = Self.receive(message, &decoder) else {
                throw Violation(description: "encoded again, \(packet) is refused")
            }
            decoded = found.map(Self.normal)
        }
        let expected = Self.normal(packet)
        try require(decoded == expected, "encoded again, \(expected) is \(String(describing: decoded))")
    }

    /// As the packet comes back: a server writes the binary types only where there are attachments, and an id only
    /// where it means something.
    private static func normal(_ packet: Packet) -> Packet {
        var packet = packet
        // White space does not come back.
        packet.messageBytes = 0
        switch packet.kind {
        case .binaryEvent where packet.attachments.isEmpty: packet.kind = .event
        case .binaryAck where packet.attachments.isEmpty: packet.kind = .ack
        case .connect, .disconnect: packet.ackID = nil
        default: break
        }
        if packet.kind == .ack || packet.kind == .binaryAck { packet.ackID = packet.ackID ?? 0 }
        return packet
    }

    private static func encode(_ packet: Packet) -> [ArraySlice<UInt8>] {
        let encoded: EncodedPacket
        switch packet.kind {
        case .connect, .connectError:
            return [ArraySlice("0\(packet.namespace),\(String(buffer: packet.auth.text))".utf8)]
        case .disconnect:
            encoded = EncodedPacket(PacketEncoder.disconnected(packet.namespace))
        case .event, .binaryEvent:
            let event = EventPacket(name: packet.name, arguments: packet.arguments, attachments: packet.attachments)
            encoded = PacketEncoder.event(packet.namespace, event, ackID: packet.ackID)
        case .ack, .binaryAck:
            encoded = PacketEncoder.ack(packet.namespace, id: packet.ackID ?? 0, packet.arguments, packet.attachments)
        }
        // Behind the Engine.IO type of a text message.
        return [ArraySlice(encoded.text.payload.readableBytesView.dropFirst())]
            + encoded.attachments.map { [0xfe] + ArraySlice($0.payload.readableBytesView) }
    }

    // MARK: - JSON

    private static func checkJSON(_ text: ArraySlice<UInt8>) throws(Violation) {
        let verdict = RecursiveJSON.judge(Array(text), maxDepth: JSON.maxDepth)
        let json: JSON
        do throws(JSONError) {
            json = try JSON(validating: ByteBuffer(bytes: text))
        } catch {
            return try require(verdict == (error == .tooDeep ? .tooDeep : .malformed), "JSON is refused as \(error)")
        }
        try require(verdict == .valid, "JSON is taken that is \(verdict)")
        let isSound = try Self.walk(json)
        let found = JSONScanner.placeholdersAreValid(json.text.readableBytesUInt8Span, count: Self.maxAttachments)
        try require(found == isSound, "placeholders are taken for \(found ? "sound" : "wrong")")
    }

    /// Reads every value in every way.
    ///
    /// - Returns: whether all placeholders within it name an attachment.
    private static func walk(_ json: JSON) throws(Violation) -> Bool {
        _ = (json.bool, json.isNull)
        if let number = json.int { try require(JSON(number).int == number, "\(number) does not come back") }
        if let string = json.string {
            let written = JSON(string).text
            try require((try? JSON(validating: written))?.string == string, "a string does not come back: \(string)")
        }
        var isSound = true
        for element in json.array ?? [] {
            let elementIsSound = try Self.walk(element)
            isSound = elementIsSound && isSound
        }
        guard let object = json.object else { return isSound }
        for (_, value) in object.fields {
            let valueIsSound = try Self.walk(value)
            isSound = valueIsSound && isSound
        }
        // Only numbers and words mark a placeholder; of several the last counts.
        let scalars = object.fields.filter { !"{[\"".utf8.contains($0.value.text.readableBytesView[0]) }
        guard scalars.last(where: { $0.name == "_placeholder" })?.value.bool == true else { return isSound }
        let number = scalars.last { $0.name == "num" }.flatMap { Int(String(buffer: $0.value.text)) }
        return isSound && number.map { 0 <= $0 && $0 < Self.maxAttachments } ?? false
    }
}
