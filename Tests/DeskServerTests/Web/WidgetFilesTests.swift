import NIOCore
import Testing

@testable import DeskServer

@Suite struct WidgetFilesTests {
    @Test func `every script of the pages can be read`() throws {
        let files = WebFiles(directory: nil)
        guard case .embedded(let embedded) = files else { return }
        for path in embedded.paths where path.hasSuffix(".js") {
            let source = try #require(files.source(path))
            #expect(throws: Never.self, "\(path)") { try ScriptText.shortened(source) }
        }
    }

    @Test func `the widget can be packed`() throws {
        let widget = try WidgetFiles(WebFiles(directory: nil))
        #expect(Set(widget.parts.keys).isSuperset(of: ["en/chat.js", "en/more.js", "de/chat.js", "ar/person.js"]))
        let chat = try String(buffer: #require(widget.parts["de/chat.js"]).plain.bytes)
        #expect(chat.contains("'Nachricht schreiben'") && !chat.contains("Write a message"))
        #expect(WidgetFiles.isHash(widget.hash))
        let loader = String(buffer: widget.loader.plain.bytes)
        #expect(loader.contains("'/widget/\(widget.hash)/'") && !loader.contains("__WIDGET_PATH__"))
    }

    /// The browser weighs a whole conversation in English. The other languages load the same files and their `/widget/config`.
    @Test(arguments: ["en", "de", "ar"])
    func `what a conversation loads has room in 12,000 bytes`(language: String) throws {
        let widget = try WidgetFiles(WebFiles(directory: nil))
        let files = [widget.loader, try #require(widget.parts[language + "/chat.js"])]
        let bytes = files.compactMap(\.gzipped).map(\.bytes.readableBytes)
        #expect(bytes.count == 2 && bytes.reduce(0, +) <= 12_000 - 230, "\(bytes)")
    }

    @Test(arguments: [("de", "de"), ("AR-eg", "ar"), ("fr", "en"), ("", "en")])
    func `a language is that of the page, if there is one like it`(wanted: String, expected: String) throws {
        #expect(try WidgetLanguages(WebFiles(directory: nil)).language(for: wanted) == expected)
    }

    @Test(arguments: ["", "[]", #"{"a":1}"#, #"{"a":{"b":{}}}"#])
    func `what are no texts is refused`(json: String) {
        #expect(throws: PackError.noTexts(path: "en.json")) { try WidgetTexts(path: "en.json", json: Array(json.utf8)) }
    }

    @Test func `texts are expressions for scripts`() throws {
        let texts = try WidgetTexts(path: "en.json", json: Array(#"{"a":"It's","b":{"d":"D","c":"C"}}"#.utf8))
        #expect(texts.constants == ["texts.a": #"'It\'s'"#, "texts.b": "{'c':'C','d':'D'}"])
        #expect((texts["a"], texts["b"], texts["c"]) == ("It's", "", ""))
    }

    @Test(arguments: ["", "x", "../../etc/passw", "0123456789abcde/", "0123456789abcdef0", "0123456789abcd%f"])
    func `not everything is a hash`(text: String) {
        #expect(!WidgetFiles.isHash(text))
        #expect(WidgetFiles.isHash("0123456789_aB-ef"))
    }
}
