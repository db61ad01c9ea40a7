import Foundation

/// Writes one line to standard output at once, also when that is a pipe.
func printLine(_ line: String) {
    write("\(line)\n", to: STDOUT_FILENO)
}

/// Writes a part of a line to standard output at once.
func printPart(_ text: String) {
    write(text, to: STDOUT_FILENO)
}

/// Tells the operator what went wrong, in one line.
func printError(_ line: String) {
    write("martlet: \(line)\n", to: STDERR_FILENO)
}

/// Whoever read may be gone (`martlet serve | head -1`): that is no reason to stop, and there is nobody left
/// to tell. `FileHandle` would end the process.
private func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let length = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if length < 0, errno == EINTR { continue }
        guard length > 0 else { return }
        rest = rest.dropFirst(length)
    }
}
