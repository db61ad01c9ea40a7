import Desk
import Dispatch
import Synchronization
import Testing

@testable import DeskServer

@Suite struct PasswordTests {
    static let cheap = PasswordCost(logN: 4, r: 1, p: 1)

    @Test func `a hash reads as a PHC string and comes back the same`() throws {
        let hash = try PasswordHash.make("correct horse", cost: Self.cheap, salt: Array(1...16))
        #expect(hash.phc.hasPrefix("$scrypt$ln=4,r=1,p=1$AQIDBAUGBwgJCgsMDQ4PEA$"))
        #expect(PasswordHash(phc: hash.phc) == hash)
    }

    /// RFC 7914 §12, the third vector.
    @Test func `the hash is scrypt as published`() throws {
        let phc =
            "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"
        let hash = try #require(PasswordHash(phc: phc))
        #expect(try hash.matches("pleaseletmein"))
        #expect(try !hash.matches("pleaseletmeout"))
    }

    @Test(arguments: [
        "", "$", "plain", "$scrypt$ln=4,r=1,p=1$AQIDBAUGBwg", "$argon2$ln=4,r=1,p=1$AQIDBAUGBwg$AQIDBAUGBwgJCgsMDQ4PEA",
        "$scrypt$ln=4,r=1$AQIDBAUGBwg$AQIDBAUGBwgJCgsMDQ4PEA",
        "$scrypt$ln=4,r=1,p=1,x=1$AQIDBAUGBwg$AQIDBAUGBwgJCgsMDQ4PEA",
        "$scrypt$ln=x,r=1,p=1$AQIDBAUGBwg$AQIDBAUGBwgJCgsMDQ4PEA", "$scrypt$ln=4,r=1,p=1$AQI$AQIDBAUGBwgJCgsMDQ4PEA",
        "$scrypt$ln=4,r=1,p=1$AQIDBAUGBwg$AQID!", "$scrypt$r=1,ln=4,p=1$AQIDBAUGBwg$AQIDBAUGBwgJCgsMDQ4PEA",
    ])
    func `what is no PHC string of ours is not read`(text: String) {
        #expect(PasswordHash(phc: text) == nil)
    }

    @Test(arguments: [
        PasswordCost(logN: 0, r: 8, p: 1), PasswordCost(logN: 19, r: 1, p: 1), PasswordCost(logN: 18, r: 16, p: 1),
        PasswordCost(logN: 16, r: 8, p: 9), PasswordCost(logN: 16, r: 0, p: 1), PasswordCost(logN: -1, r: 8, p: 1),
    ])
    func `parameters that would take all memory are refused`(cost: PasswordCost) {
        let hash = PasswordHash(cost: cost, salt: Array(1...16), hash: Array(1...32))
        #expect(PasswordHash(phc: hash.phc) == nil)
        #expect(PasswordCost.standard.isBearable)
    }

    @Test func `only the right password of an account is right`() async throws {
        let hasher = PasswordHasher(cost: Self.cheap)
        let hash = try await hasher.hash("correct horse", for: "ada")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("correct horse", against: nil))
        #expect(try await !hasher.verify("correct horse", against: "damaged"))
        #expect(try await hasher.hash("correct horse", for: "ada") != hash)
    }

    @Test func `a short password is refused before it is hashed`() async {
        await #expect(throws: DeskError.invalid(field: "password")) {
            try await PasswordHasher(cost: Self.cheap).hash("short", for: "ada")
        }
    }

    /// Work that goes on until it is let go.
    private final class Gate: Sendable {
        private struct State {
            var working = 0
            var most = 0
        }

        private let state = Mutex(State())
        private let door = DispatchSemaphore(value: 0)
        var most: Int { state.withLock(\.most) }

        func open() { door.signal() }

        func pass() {
            state.withLock { state in
                state.working += 1
                state.most = max(state.most, state.working)
            }
            door.wait()
            door.signal()
            state.withLock { $0.working -= 1 }
        }
    }

    @Test(arguments: [1, 2]) func `few hash at a time, some wait, and more are refused`(width: Int) async throws {
        let gate = Gate()
        let hasher = PasswordHasher(cost: Self.cheap, width: width) { _, _, _, count in
            gate.pass()
            return [UInt8](repeating: 0, count: count)
        }
        let count = PasswordHasher.longestQueue + 5
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask { (try? await hasher.verify("x", against: nil)) == nil }
            }
            var refused = 0
            for await isRefused in group where isRefused {
                refused += 1
                // All others have their place by now.
                if refused == 5 { gate.open() }
            }
            return refused
        }
        #expect(refused == 5)
        #expect((1...width).contains(gate.most))
        // Afterwards there is room again.
        _ = try await hasher.verify("x", against: nil)
    }
}
