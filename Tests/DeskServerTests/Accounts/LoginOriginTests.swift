import Crypto
import Desk
import Testing

@testable import DeskServer

@Suite struct LoginOriginTests {
    private let devices = DeviceTokens(key: SymmetricKey(size: .bits256), isSecure: false)

    @Test func `a device belongs to one account`() throws {
        let (ada, ben) = (try Username("ada"), try Username("ben"))
        let cookie = devices.cookie("browser-1", for: ada)
        #expect(cookie.hasSuffix("; Path=/agent/login; Max-Age=34560000; HttpOnly; SameSite=Lax"))
        let token = String(cookie.prefix { $0 != ";" }.dropFirst("device=".count))
        #expect(devices.device(of: token, for: ada) == "browser-1")
        #expect(devices.device(of: token, for: ben) == nil)
        let stranger = DeviceTokens(key: SymmetricKey(size: .bits256), isSecure: true)
        #expect(stranger.device(of: token, for: ada) == nil)
        #expect(stranger.cookie("b", for: ada).hasSuffix("; Secure"))
        for forged in [
            nil, "", "v1", "v1..x.", token + "A", String(token.dropLast()), String(repeating: ".", count: 300),
        ] {
            #expect(devices.device(of: forged, for: ada) == nil)
        }
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows"
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
            "Safari on macOS"
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone"
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android"
        ),
        ("curl/8.5.0", "curl"), ("something Linux", "A browser on Linux"),
    ])
    func `a browser is told by family and system`(header: String, name: String) {
        #expect(BrowserName.read(header) == name)
    }

    @Test func `a header that says nothing leaves nothing behind`() {
        for header in [nil, "", "<script>", String(repeating: "Firefox/", count: 500)] {
            #expect(BrowserName.read(header) == nil)
        }
    }
}
