import NIOCore

/// A client's WebSocket frame, as right or wrong as a test wants it.
struct TestFrame: Sendable {
    enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    /// How many bytes state the length.
    enum LengthForm: Sendable { case fitting, two, eight }

    var opcode: UInt8
    var payload: [UInt8]
    var isFinal = true
    var reserved: UInt8 = 0
    var mask: [UInt8]? = [0x5a, 0x01, 0xff, 0x80]
    var lengthForm = LengthForm.fitting
    /// A lie about the payload's length.
    var statedLength: UInt64?

    init(_ opcode: Opcode, _ payload: [UInt8] = [], isFinal: Bool = true) {
        self.opcode = opcode.rawValue
        self.payload = payload
        self.isFinal = isFinal
    }

    init(_ opcode: Opcode, _ text: String, isFinal: Bool = true) {
        self.init(opcode, Array(text.utf8), isFinal: isFinal)
    }

    /// A close frame with a status and what stands behind it.
    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> TestFrame {
        TestFrame(.close, [UInt8(code >> 8), UInt8(code & 0xff)] + reason)
    }

    /// The same with something changed.
    func with<Value>(_ part: WritableKeyPath<TestFrame, Value>, _ value: Value) -> TestFrame {
        var copy = self
        copy[keyPath: part] = value
        return copy
    }

    func write(to bytes: inout ByteBuffer) {
        let length = self.statedLength ?? UInt64(self.payload.count)
        let masked: UInt8 = self.mask == nil ? 0 : 0x80
        bytes.writeInteger((self.isFinal ? 0x80 : 0) | self.reserved << 4 | self.opcode)
        switch self.lengthForm {
        case .fitting where length < 126:
            bytes.writeInteger(masked | UInt8(length))
        case .fitting where length <= 0xffff, .two:
            bytes.writeInteger(masked | 126)
            bytes.writeInteger(UInt16(length))
        default:
            bytes.writeInteger(masked | 127)
            bytes.writeInteger(length)
        }
        bytes.writeBytes(self.mask ?? [])
        guard let mask, mask != [0, 0, 0, 0] else {
            bytes.writeBytes(self.payload)
            return
        }
        bytes.writeBytes(self.payload.enumerated().map { $1 ^ mask[$0 % 4] })
    }
}
