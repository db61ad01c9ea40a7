import Foundation
import Testing

@testable import DeskServer

@Suite struct WebFilesTests {
    /// The root of the package, from where this file lies.
    private static let web = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "web").path

    @Test func `every file of the pages is inside the binary, byte for byte, and nothing else`() throws {
        let files = WebFiles(directory: nil)
        guard case .embedded(let embedded) = files else {
            Issue.record("the files are not inside")
            return
        }
        let names = try #require(FileManager.default.enumerator(atPath: Self.web)).compactMap { $0 as? String }
        let expected = names.filter { name in
            var isDirectory = ObjCBool(false)
            let exists = FileManager.default.fileExists(atPath: Self.web + "/" + name, isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue && !name.hasSuffix(".test.js") && !name.contains("/.")
                && !name.hasPrefix(".")
        }
        #expect(Set(embedded.paths) == Set(expected), "run scripts/web-assets.sh")
        for name in expected {
            let bytes = try #require(FileManager.default.contents(atPath: Self.web + "/" + name))
            #expect(files.source(name) == Array(bytes), "\(name) differs")
        }
    }

    @Test func `files from a directory are the same, and none from outside of it`() throws {
        let files = WebFiles(directory: Self.web)
        let page = try #require(files.file("customer/index.html"))
        let embedded = WebFiles(directory: nil)
        #expect(page.plain.etag == embedded.file("customer/index.html")?.plain.etag)
        #expect(files.names(in: "widget/locales") == embedded.names(in: "widget/locales"))
        #expect(page.contentType == "text/html; charset=utf-8")
        for path in [
            "", "..", "../Package.swift", "customer/../../Package.swift", "/etc/hostname", ".hidden", "nothing.js",
        ] {
            #expect(files.file(path) == nil)
        }
    }

    @Test(arguments: [("a.js", "text/javascript"), ("a.css", "text/css"), ("a.svg", "image/svg+xml")])
    func `browsers are told what a file is`(path: String, type: String) {
        #expect(WebFile(path: path, bytes: []).contentType.hasPrefix(type))
    }
}
