import EngineIO
import Testing

@testable import DeskServer

@Suite struct ClaimTests {
    @Test(arguments: [OriginPolicy.Verdict.own, .absent, .allowed])
    func `a guest token, even an empty one, wins over the cookie`(origin: OriginPolicy.Verdict) {
        #expect(claim(token: "t", origin: origin) == .guest(token: "t"))
        #expect(claim(token: "", origin: origin) == .guest(token: nil))
    }

    @Test func `the cookie counts for the own origin`() {
        #expect(claim(origin: .own) == .login(cookie: "c"))
        #expect(claim(origin: .own, site: "same-origin") == .login(cookie: "c"))
    }

    @Test(arguments: [nil, "same-origin", "none", "Same-Origin"])
    func `without an origin the cookie counts unless a foreign page asks`(site: String?) {
        #expect(claim(origin: .absent, site: site) == .login(cookie: "c"))
    }

    @Test(arguments: ["cross-site", "same-site", ""])
    func `a foreign page without an origin is a guest`(site: String) {
        #expect(claim(origin: .absent, site: site) == .guest(token: nil))
    }

    @Test(arguments: [OriginPolicy.Verdict.allowed, .denied])
    func `a foreign origin never gets more than guest`(origin: OriginPolicy.Verdict) {
        #expect(claim(origin: origin) == .guest(token: nil))
        #expect(claim(origin: origin, site: "same-origin") == .guest(token: nil))
    }

    @Test func `without token and cookie one is a guest`() {
        let none = Claim(guestToken: nil, cookie: nil, origin: .own, fetchSite: nil)
        #expect(none == .guest(token: nil))
        #expect(Claim(guestToken: nil, cookie: "", origin: .own, fetchSite: nil) == none)
    }

    private func claim(token: String? = nil, origin: OriginPolicy.Verdict, site: String? = nil) -> Claim {
        Claim(guestToken: token, cookie: "c", origin: origin, fetchSite: site)
    }
}
