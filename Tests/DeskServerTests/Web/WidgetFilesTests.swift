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
        #expect(widget.parts.keys.contains("chat.js") && widget.parts.keys.contains("en.json"))
        #expect(WidgetFiles.isHash(widget.hash))
        let loader = String(buffer: widget.loader.plain.bytes)
        #expect(loader.contains("'/widget/\(widget.hash)/'") && !loader.contains("__WIDGET_PATH__"))
    }

    @Test(arguments: ["", "x", "../../etc/passw", "0123456789abcde/", "0123456789abcdef0", "0123456789abcd%f"])
    func `not everything is a hash`(text: String) {
        #expect(!WidgetFiles.isHash(text))
        #expect(WidgetFiles.isHash("0123456789_aB-ef"))
    }
}
