/// What is sent instead of a file's text: the same without comments and needless blanks.
enum WebText {
    /// - Parameter path: Its ending tells what it is. What is neither script, style sheet nor JSON stays as it is.
    /// - Throws: ``ScriptError`` for a script that could not be read.
    static func shortened(_ bytes: [UInt8], path: String) throws(ScriptError) -> [UInt8] {
        switch path.split(separator: ".").last {
        case "js": Array(try ScriptText.shortened(bytes).utf8)
        case "css": Array(StyleText.shortened(bytes).utf8)
        case "json": compactJSON(bytes)
        default: bytes
        }
    }

    private static func compactJSON(_ bytes: [UInt8]) -> [UInt8] {
        var isInString = false
        var isEscaped = false
        return bytes.filter { byte in
            if isEscaped {
                isEscaped = false
            } else if byte == Ascii.doubleQuote {
                isInString.toggle()
            } else {
                isEscaped = isInString && byte == Ascii.backslash
            }
            return isInString || !Ascii.isBlank(byte)
        }
    }
}
