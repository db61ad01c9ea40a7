import Foundation

/// Writes one line at once, also when standard output is a pipe.
func printLine(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
