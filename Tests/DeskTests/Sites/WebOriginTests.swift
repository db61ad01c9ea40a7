import Desk
import Testing

@Suite struct WebOriginTests {
    @Test(arguments: [
        ("https://chat.example.com", "https://chat.example.com"),
        ("HTTPS://Chat.Example.com/", "https://chat.example.com"),
        ("https://a.example:443", "https://a.example"), ("http://a.example:80", "http://a.example"),
        ("http://a.example:443", "http://a.example:443"), ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ])
    func `an origin is read as browsers write it`(text: String, origin: String) {
        #expect(WebOrigin(text)?.rawValue == origin)
    }

    @Test(arguments: [
        "", "chat.example.com", "ftp://a.example", "https://", "https://a.example/chat", "https://a.example?x",
        "https://a.example#x", "https://me@a.example", "https://a.example:0", "https://a.example:65536",
        "https://a.example:x", "https://a.example:", "https://a b", "null", "*", "https://*.example.com", "http://[::1",
    ])
    func `what is no origin is refused`(text: String) {
        #expect(WebOrigin(text) == nil)
    }
}
