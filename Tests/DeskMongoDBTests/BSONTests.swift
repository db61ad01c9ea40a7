#if MongoDB
import Testing

@testable import DeskMongoDB

struct BSONTests {
    private static let document: BSONDocument = [
        "text": "Grüße 👩‍👩‍👧\u{0}end", "number": -5, "yes": true, "none": .null, "half": .double(0.5),
        "list": ["a", 2, ["in": "side"]], "nested": ["deep": ["er": 1]],
    ]

    @Test func `a document is read as it was written`() {
        #expect(BSONDocument(bytes: ArraySlice(Self.document.bytes)) == Self.document)
    }

    @Test func `the bytes are those of the specification`() {
        let bytes = ([0x16, 0, 0, 0, 0x02] + "hello".utf8 + [0, 6, 0, 0, 0] + "world".utf8 + [0, 0]) as [UInt8]
        #expect((["hello": "world"] as BSONDocument).bytes == bytes)
    }

    @Test func `nothing that was cut off is taken for a document`() {
        let bytes = Self.document.bytes
        for count in 0..<bytes.count { #expect(BSONDocument(bytes: bytes[..<count]) == nil) }
    }

    @Test func `no byte that is wrong leads anywhere but to nil or another document`() {
        let bytes = Self.document.bytes
        for index in bytes.indices {
            for value in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = value
                _ = BSONDocument(bytes: changed[...])
            }
        }
    }

    @Test func `documents nested too deep are refused`() {
        var document: BSONDocument = [:]
        for _ in 0..<200 { document = ["in": .document(document)] }
        #expect(BSONDocument(bytes: ArraySlice(document.bytes)) == nil)
    }

    @Test func `a field without a value is left out, and nil takes one away`() {
        var document: BSONDocument = ["a": 1, "b": nil, "c": "x"]
        #expect(document.fields.map(\.name) == ["a", "c"])
        document["a"] = nil
        #expect(document == ["c": "x"])
    }
}
#endif
