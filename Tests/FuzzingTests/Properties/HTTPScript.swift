/// What clients of one server do, read from any bytes: mostly what they send, with orders in between. An order is the
/// byte 0xfe and a character; `~` stands for the id of a session that is open.
struct HTTPScript {
    enum Step: Equatable {
        /// Bytes that arrive in one read.
        case send([UInt8])
        /// The other connection goes on.
        case otherConnection
        /// The client closes its side.
        case finish
        /// The client stops reading, or reads on.
        case stopReading, readOn
        /// A second passes.
        case wait
    }

    /// How often the bytes before `0xfe *` come: often enough to pass every bound.
    private static let repetitions = 64
    private static let maxBytes = 200_000

    private(set) var steps: [Step] = []

    init(_ input: [UInt8], sid: [UInt8]) {
        var bytes: [UInt8] = []
        var total = 0
        var rest = input[...]
        func end() {
            if !bytes.isEmpty { self.steps.append(.send(bytes)) }
            bytes = []
        }
        while let byte = rest.popFirst() {
            guard byte == 0xfe, let order = rest.popFirst() else {
                if byte == UInt8(ascii: "~") { bytes += sid } else { bytes.append(byte) }
                continue
            }
            switch order {
            case UInt8(ascii: "|"): end()
            case UInt8(ascii: "*"):
                let copies = min(Self.repetitions, (Self.maxBytes - total) / max(bytes.count, 1))
                bytes = Array(repeatElement(bytes, count: max(copies, 1)).joined())
                total += bytes.count
            case UInt8(ascii: ">"): end(); self.steps.append(.otherConnection)
            case UInt8(ascii: "."): end(); self.steps.append(.finish)
            case UInt8(ascii: "("): end(); self.steps.append(.stopReading)
            case UInt8(ascii: ")"): end(); self.steps.append(.readOn)
            case UInt8(ascii: "+"): end(); self.steps.append(.wait)
            default: bytes += [byte, order]
            }
        }
        end()
    }

    /// Whether the same bytes must get the same answer however they are cut: only one client, which only sends.
    var onlySends: Bool {
        self.steps.allSatisfy { if case .send = $0 { true } else { false } }
    }

    /// The script with all bytes in pieces of `size`.
    func cut(every size: Int) -> HTTPScript {
        var script = self
        script.steps = self.steps.flatMap { step in
            guard case .send(let bytes) = step else { return [step] }
            return stride(from: 0, to: bytes.count, by: size)
                .map { Step.send(Array(bytes[$0..<min($0 + size, bytes.count)])) }
        }
        return script
    }
}
