import Foundation
import Testing

/// Inputs that the fuzzer keeps, and those that once showed a fault.
struct CorpusTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .appending(path: "../../Fuzzing/Corpus")
        .standardizedFileURL

    private static func inputs(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: self.folder.appending(path: target.rawValue),
            includingPropertiesForKeys: nil
        )
    }

    @Test(arguments: FuzzTarget.allCases)
    func `every input of the fuzzer's corpus keeps the properties`(target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target)
        #expect(!inputs.isEmpty)
        for input in inputs {
            let bytes = Array(try Data(contentsOf: input))
            #expect(throws: Never.self, "\(target.rawValue)/\(input.lastPathComponent)") {
                try target.check(bytes)
            }
        }
    }

    @Test func `the corpus is small`() throws {
        for target in FuzzTarget.allCases {
            let inputs = try Self.inputs(of: target)
            let bytes = try inputs.reduce(0) { try $0 + Data(contentsOf: $1).count }
            #expect(inputs.count <= 150 && bytes <= 100_000, "\(target): \(inputs.count) files, \(bytes) bytes")
        }
    }
}
