extension JSONScanner {
    /// One open array or object on the way through the text.
    private struct Container {
        enum Name { case placeholder, number, other }

        let isObject: Bool
        var awaitsName: Bool
        var name = Name.other
        var isPlaceholder = false
        var number: Int?
    }

    /// Whether each `{"_placeholder":true,"num":N}` in valid JSON names one of `count` attachments
    /// (socket.io-protocol 5, "Packet encoding"). Linear, and not recursive: the depth was checked before.
    static func placeholdersAreValid(_ text: Span<UInt8>, count: Int) -> Bool {
        var open: [Container] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = text[index] == UInt8(ascii: "{")
                open.append(Container(isObject: isObject, awaitsName: isObject))
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let ended = open.popLast(), ended.isPlaceholder {
                    guard let number = ended.number, number >= 0, number < count else { return false }
                }
                index += 1
            case UInt8(ascii: ","):
                if let last = open.indices.last { open[last].awaitsName = open[last].isObject }
                index += 1
            case UInt8(ascii: "\""):
                self.passString(text, &index, &open)
            case UInt8(ascii: " "), UInt8(ascii: ":"), 0x09, 0x0a, 0x0d:
                index += 1
            default:
                self.passScalar(text, &index, &open)
            }
        }
        return true
    }

    private static func passString(_ text: Span<UInt8>, _ index: inout Int, _ open: inout [Container]) {
        let start = index + 1
        index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, text.count)
        index = end + 1
        guard let last = open.indices.last, open[last].awaitsName else { return }
        open[last].awaitsName = false
        switch self.unescape(text, start..<end) {
        case "_placeholder": open[last].name = .placeholder
        case "num": open[last].name = .number
        default: open[last].name = .other
        }
    }

    private static func passScalar(_ text: Span<UInt8>, _ index: inout Int, _ open: inout [Container]) {
        let start = index
        while index < text.count, !self.endsScalar(text[index]) { index += 1 }
        // A byte that neither starts nor ends a scalar cannot stand in valid text; it must not stop the loop either.
        if index == start { index += 1 }
        guard let last = open.indices.last, open[last].isObject else { return }
        let scalar = self.unescape(text, start..<index)
        switch open[last].name {
        case .placeholder: open[last].isPlaceholder = scalar == "true"
        case .number: open[last].number = Int(scalar)
        case .other: break
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: " "), 0x09, 0x0a, 0x0d: true
        default: false
        }
    }
}
