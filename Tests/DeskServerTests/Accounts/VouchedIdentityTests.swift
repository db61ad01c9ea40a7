import Desk
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

@Suite struct VouchedIdentityTests {
    /// The example of docs/embedding.md.
    private let secret = Array("a-secret-for-the-example".utf8)
    private let hash = "7261f3a9b99713419fc70b51b585459069b4e9ed30b29695d4cb7bd46f5c347f"
    private let expiry: Int64 = 1_800_000_000

    private func time(_ secondsBefore: Int64) -> Timestamp {
        Timestamp(milliseconds: (expiry - secondsBefore) * 1000)
    }

    private func identity(
        id: String = "customer-42",
        exp: JSON = JSON(1_800_000_000),
        hash: String? = nil
    ) throws(DeskError) -> VouchedIdentity {
        try VouchedIdentity(["id": JSON(id), "exp": exp, "hash": JSON(hash ?? self.hash), "name": "Ada"])
    }

    @Test func `what a site has signed is proved, in either case of the digits`() throws {
        let read = try identity()
        #expect((read.id, read.details.name, read.details.email) == ("customer-42", "Ada", nil))
        #expect(read.isProved(by: secret, at: time(3600)))
        #expect(try identity(hash: hash.uppercased()).isProved(by: secret, at: time(3600)))
    }

    @Test(arguments: [(-1, false), (0, false), (1, true), (86_400, true), (86_460, true), (86_461, false)])
    func `it is of use until its time, and only for a day`(secondsBefore: Int64, isProved: Bool) throws {
        #expect(try identity().isProved(by: secret, at: time(secondsBefore)) == isProved)
    }

    @Test func `with anything changed it proves nothing`() throws {
        let now = time(3600)
        #expect(try !identity().isProved(by: secret + [1], at: now))
        #expect(try !identity(id: "customer-43").isProved(by: secret, at: now))
        #expect(try !identity(exp: JSON(1_800_000_001)).isProved(by: secret, at: now))
        for forged in ["", String(hash.dropLast()), hash + "0", String(repeating: "0", count: 64)] {
            #expect(try !identity(hash: forged).isProved(by: secret, at: now))
        }
    }

    @Test func `the ends of what an expiry can be prove nothing and do not trap`() throws {
        for exp in [Int.max, Int.min, 0, -1] {
            #expect(try !identity(exp: JSON(exp)).isProved(by: secret, at: time(0)))
        }
    }

    @Test(arguments: [
        "{}", "[]", "7", #""x""#, #"{"id":"a","exp":1}"#, #"{"id":"a","hash":"h"}"#, #"{"exp":1,"hash":"h"}"#,
        #"{"id":7,"exp":1,"hash":"h"}"#, #"{"id":"a","exp":"1","hash":"h"}"#, #"{"id":"a","exp":1.5,"hash":"h"}"#,
        #"{"id":"a","exp":1e300,"hash":"h"}"#, #"{"id":"","exp":1,"hash":"h"}"#, #"{"id":"a\nb","exp":1,"hash":"h"}"#,
        #"{"id":"\u0000","exp":1,"hash":"h"}"#, #"{"id":"a","exp":null,"hash":"h"}"#,
    ])
    func `what no site makes is refused`(text: String) throws {
        let json = try JSON(validating: ByteBuffer(string: text))
        #expect(throws: DeskError.forbidden) { try VouchedIdentity(json) }
    }

    @Test func `an id is bounded, and name and address are held to their rules`() throws {
        _ = try identity(id: String(repeating: "x", count: 200))
        #expect(throws: DeskError.forbidden) { try identity(id: String(repeating: "x", count: 201)) }
        let json: JSON = ["id": "a", "exp": 1, "hash": "h", "email": "no address"]
        #expect(throws: DeskError.invalid(field: "email")) { try VouchedIdentity(json) }
    }
}
