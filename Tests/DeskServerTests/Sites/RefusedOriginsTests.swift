import Desk
import Testing

@testable import DeskServer

struct RefusedOriginsTests {
    private let refused = RefusedOrigins()

    private func note(_ origin: String, at milliseconds: Int64, on site: String = "default") throws {
        let origin = try #require(WebOrigin(origin))
        refused.note(origin, on: Site.ID(rawValue: site), at: Timestamp(milliseconds: milliseconds))
    }

    @Test func `those seen last come first, each once with its count`() throws {
        try note("https://a.example", at: 1)
        try note("https://b.example", at: 2)
        try note("https://a.example", at: 3)
        try note("https://a.example", at: 4, on: "other")
        #expect(
            refused.list.map { "\($0.origin) \($0.site) \($0.at.milliseconds) \($0.count)" } == [
                "https://a.example other 4 1", "https://a.example default 3 2", "https://b.example default 2 1",
            ]
        )
        refused.forget(try #require(WebOrigin("https://a.example")))
        #expect(refused.list.map(\.origin.rawValue) == ["https://b.example"])
    }

    @Test func `however many origins come, few are kept, and those the newest`() throws {
        for number in 1...1000 { try note("https://\(number).example", at: Int64(number)) }
        #expect(refused.list.count == RefusedOrigins.capacity)
        #expect(refused.list.first?.origin.rawValue == "https://1000.example")
    }
}
