import Crypto
import Desk
import Testing

@testable import DeskServer

@Suite struct TOTPTests {
    private let totp = TOTP(secret: Array("12345678901234567890".utf8))

    /// RFC 4226 appendix D.
    @Test func `the codes are those that were published`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (step, code) in codes.enumerated() { #expect(totp.code(at: Int64(step)) == code) }
    }

    /// RFC 6238 appendix B: the last six of its eight digits.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `the codes of these times are those that were published`(seconds: Int64, code: String) {
        let step = TOTP.step(at: Timestamp(milliseconds: seconds * 1000))
        #expect(totp.code(at: step) == code)
        #expect(totp.step(of: code, at: Timestamp(milliseconds: seconds * 1000)) == step)
    }

    @Test func `a code counts one step early and one step late, and no further`() {
        let code = totp.code(at: 1000)
        for (seconds, isRight) in [(29_969, false), (29_970, true), (30_000, true), (30_059, true), (30_060, false)] {
            let now = Timestamp(milliseconds: Int64(seconds) * 1000)
            #expect(totp.step(of: code, at: now) == (isRight ? 1000 : nil), "at \(seconds)")
        }
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            #expect(totp.step(of: wrong, at: Timestamp(milliseconds: 30_000_000)) == nil)
        }
    }

    @Test func `the key is base32, and the address is what apps read`() throws {
        #expect(totp.key == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(TOTP(secret: [0xFF]).key == "74")
        #expect(
            totp.uri(username: try Username("ada+x@example.com"), issuer: "Martlet")
                == "otpauth://totp/Martlet:ada%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Martlet"
        )
    }
}

@Suite struct SecondFactorsTests {
    private let factors = SecondFactors(
        sealingKey: SymmetricKey(size: .bits256),
        hashingKey: SymmetricKey(size: .bits256)
    )
    private let now = Sample.start
    private let id = Account.ID(rawValue: "agent-1")

    @Test func `what is stored of a secret is of no use elsewhere`() throws {
        let (totp, sealed) = try factors.make(for: id)
        #expect(totp.secret.count == 20)
        #expect(factors.totp(of: sealed, for: id)?.secret == totp.secret)
        #expect(factors.totp(of: sealed, for: Account.ID(rawValue: "agent-2")) == nil)
        let stranger = SecondFactors(sealingKey: SymmetricKey(size: .bits256), hashingKey: SymmetricKey(size: .bits256))
        #expect(stranger.totp(of: sealed, for: id) == nil)
        for index in sealed.indices {
            var forged = Array(sealed)
            let offset = sealed.distance(from: sealed.startIndex, to: index)
            forged[offset] = forged[offset] == "A" ? "B" : "A"
            #expect(factors.totp(of: String(forged), for: id)?.secret != totp.secret)
        }
        for text in ["", "!", "AAAA", String(repeating: "A", count: 10_000)] {
            #expect(factors.totp(of: text, for: id) == nil)
        }
    }

    @Test func `a code of the app proves its step`() throws {
        let (account, totp) = try account()
        let step = TOTP.step(at: now)
        let sealed = try #require(account.secondFactor?.sealedSecret)
        let code = totp.code(at: step)
        #expect(factors.proof(of: code, for: account, at: now) == .step(step, sealedSecret: sealed))
        #expect(
            factors.proof(of: " \(code.prefix(3)) \(code.suffix(3)) ", for: account, at: now)
                == .step(step, sealedSecret: sealed)
        )
        #expect(factors.proof(of: totp.code(at: step + 2), for: account, at: now) == nil)
        #expect(factors.proof(of: code, for: Sample.account(), at: now) == nil)
    }

    @Test func `a recovery code is ten times another, and read as people write it`() throws {
        let (account, _) = try account()
        let codes = factors.makeRecoveryCodes(for: id)
        #expect(codes.count == 10 && Set(codes.map(\.code)).count == 10)
        for (code, hash) in codes {
            #expect(code.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){2}/) != nil)
            #expect(!hash.contains(code) && !hash.contains(" "))
            let typed = code.uppercased().replacing("-", with: " ").replacing("0", with: "O").replacing("1", with: "l")
            for spelling in [code, typed, code.replacing("-", with: "")] {
                #expect(factors.proof(of: spelling, for: account, at: now) == .recoveryCode(hash))
            }
        }
        let other = factors.makeRecoveryCodes(for: Account.ID(rawValue: "agent-2"))
        #expect(factors.proof(of: codes[0].code, for: account, at: now) != .recoveryCode(other[0].hash))
        #expect(factors.proof(of: String(repeating: "a", count: 65), for: account, at: now) == nil)
    }

    private func account() throws -> (Account, TOTP) {
        let (totp, sealed) = try factors.make(for: id)
        var account = Sample.account()
        account.secondFactor = SecondFactor(sealedSecret: sealed, lastStep: 0, recoveryCodes: [])
        return (account, totp)
    }
}
