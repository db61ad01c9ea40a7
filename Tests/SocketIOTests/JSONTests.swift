import NIOCore
import Testing

@testable import SocketIO

struct JSONTests {
    private static func json(_ text: String) throws(JSONError) -> JSON {
        try JSON(validating: ByteBuffer(string: text))
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-1", "10", "1.5", "-0.25e+10", "1E3", "\"\"", #""a\"\\\/\b\f\n\r\t\u00e4""#,
        "[]",
        "{}", "[1,[2,[]],{}]", #"{"a":{"b":[{"c":null}]},"d":1}"#, " [ 1 , 2 ] ", "{ \"a\" : 1 }", "\"😀\"",
    ])
    func `valid text is taken`(text: String) throws {
        _ = try Self.json(text)
    }

    @Test(arguments: [
        "", " ", "nul", "truefalse", "01", "-", "1.", ".5", "1e", "+1", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\u{0001}\"",
        "[",
        "[1", "[1,", "[1,]", "[,1]", "]", "{", "{\"a\"", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1}",
        "{\"a\":1]",
        "1 2", "NaN", "Infinity", "'a'",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(throws: JSONError.malformed) { try Self.json(text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.malformed) { try JSON(validating: ByteBuffer(bytes: [0x22, 0xff, 0x22])) }
    }

    @Test func `nesting is bounded and does not recurse`() throws {
        _ = try Self.json(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
        _ = try Self.json(String(repeating: "{\"a\":", count: 100) + "1" + String(repeating: "}", count: 100))
        #expect(throws: JSONError.tooDeep) { try Self.json(String(repeating: "[", count: 101)) }
        #expect(throws: JSONError.tooDeep) { try Self.json(String(repeating: "[", count: 1_000_000)) }
        let mixed = String(repeating: "[{\"a\":", count: 45) + "[]" + String(repeating: "}]", count: 45)
        _ = try Self.json(mixed)
    }

    @Test func `values are read by type and never by force`() throws {
        #expect(try Self.json(#""a\u00e4\ud83d\ude00\n""#).string == "aä😀\n")
        #expect(try Self.json(#""\ud83d""#).string == "\u{FFFD}")
        #expect(try Self.json(#""\ud83dx\ude00""#).string == "\u{FFFD}x\u{FFFD}")
        #expect(try Self.json("12").int == 12)
        #expect(try Self.json("-3").int == -3)
        #expect(try Self.json("1e3").int == 1000)
        #expect(try Self.json("1.5").int == nil)
        #expect(try Self.json("99999999999999999999999").int == nil)
        #expect(try Self.json("1e400").int == nil)
        #expect(try Self.json("true").bool == true)
        #expect(try Self.json("\"true\"").bool == nil)
        #expect(try Self.json("1").string == nil)
        #expect(try Self.json(" null ").isNull)
        #expect(try Self.json("[1,\"a\",[2]]").array?.count == 3)
    }

    @Test func `an object's fields are found, the last of a name wins`() throws {
        let object = try #require(try Self.json(#"{"a":1,"b":{"c":[1,2]},"a":2,"\u0064":"x"}"#).object)
        #expect(object["a"]?.int == 2)
        #expect(object["b"]?.object?["c"]?.array?.count == 2)
        #expect(object["d"]?.string == "x")
        #expect(object["e"] == nil)
        #expect(try Self.json("[]").object == nil)
    }

    @Test func `objects are written compact, in order, with what JSON must escape escaped`() {
        let json = JSON.object { object in
            object.field("ok", true)
            object.field("text", "a\"\\\n\u{01}ä/😀")
            object.field("none", String?.none)
            object.field("list", [1, -2])
            object.field("empty", JSON.emptyObject)
        }
        #expect(String(buffer: json.text) == #"{"ok":true,"text":"a\"\\\n\u0001ä/😀","list":[1,-2],"empty":{}}"#)
    }

    @Test func `every string comes back as it was written`() throws {
        for scalar in (0..<0x300).compactMap(Unicode.Scalar.init) {
            let text = "x\(Character(scalar))y"
            #expect(try JSON(validating: JSON(text).text).string == text)
        }
    }

    private struct Order: Codable, Equatable {
        var item: String
        var count: Int
        var note: String?
    }

    @Test func `Codable values go both ways, and what does not fit says where`() throws {
        let order = Order(item: "ä/\"", count: 3, note: nil)
        #expect(try JSON(encoding: order).decode(Order.self) == order)
        #expect(try JSON(validating: JSON(encoding: order).text).object?["count"]?.int == 3)
        #expect(throws: DecodingError.self) { try JSON.emptyObject.decode(Order.self) }
        let event = Event(name: "order", arguments: [try JSON(encoding: order)], attachments: [], ack: nil)
        #expect(try event.decode(Order.self) == order)
        #expect(throws: DecodingError.self) { try event.decode(Order.self, at: 1) }
    }

    @Test func `literals write compact JSON with the order of keys kept`() {
        let value: JSON = ["name": "a \"b\"", "list": [1, -2, 2.5, true, nil], "empty": [:], "text": "\(1 + 1) of 3"]
        #expect(
            String(buffer: value.text) == #"{"name":"a \"b\"","list":[1,-2,2.5,true,null],"empty":{},"text":"2 of 3"}"#
        )
        #expect(JSON(Double.nan) == nil)
        #expect(String(buffer: JSON(1e300).text) == "1e+300")
    }
}
