import Desk
import Testing

extension StoreContract {
    private static let tokenHash = SetupLink.TokenHash(rawValue: "hash")

    static let setupRules = [
        StoreRule("the setup link makes the first admin, once") { bench in
            let expiry = try await bench.desk.issueSetupLink(tokenHash)
            #expect(expiry == bench.now.advanced(by: SetupLink.lifetime))
            try await bench.desk.checkSetupLink(tokenHash)
            let admin = try await firstAdmin(tokenHash, on: bench)
            #expect(admin.role == .admin)
            #expect(try await bench.desk.accounts() == [admin])
            await #expect(throws: DeskError.notFound) { try await bench.desk.checkSetupLink(tokenHash) }
            await #expect(throws: DeskError.notFound) { try await firstAdmin(tokenHash, "second", on: bench) }
            #expect(try await bench.desk.issueSetupLink(tokenHash) == nil)
        },
        StoreRule("an expired or unknown setup link makes nobody") { bench in
            _ = try await bench.desk.issueSetupLink(tokenHash)
            let other = SetupLink.TokenHash(rawValue: "other")
            await #expect(throws: DeskError.notFound) { try await firstAdmin(other, on: bench) }
            bench.advance(by: SetupLink.lifetime)
            await #expect(throws: DeskError.notFound) { try await bench.desk.checkSetupLink(tokenHash) }
            await #expect(throws: DeskError.notFound) { try await firstAdmin(tokenHash, on: bench) }
            #expect(try await bench.desk.accounts().isEmpty)
        },
        StoreRule("a new setup link replaces the old one") { bench in
            _ = try await bench.desk.issueSetupLink(tokenHash)
            let new = SetupLink.TokenHash(rawValue: "new")
            _ = try await bench.desk.issueSetupLink(new)
            await #expect(throws: DeskError.notFound) { try await bench.desk.checkSetupLink(tokenHash) }
            try await bench.desk.checkSetupLink(new)
        },
        StoreRule("a setup link is worth nothing once there is an account") { bench in
            _ = try await bench.desk.issueSetupLink(tokenHash)
            _ = try await bench.account()
            await #expect(throws: DeskError.notFound) { try await bench.desk.checkSetupLink(tokenHash) }
            await #expect(throws: DeskError.notFound) { try await firstAdmin(tokenHash, on: bench) }
        },
        StoreRule("a refused name leaves the setup link in force") { bench in
            _ = try await bench.desk.issueSetupLink(tokenHash)
            await #expect(throws: DeskError.invalid(field: "username")) {
                try await firstAdmin(tokenHash, "no spaces please", on: bench)
            }
            _ = try await firstAdmin(tokenHash, on: bench)
        },
        StoreRule("of many who use the setup link at once, one becomes admin") { bench in
            _ = try await bench.desk.issueSetupLink(tokenHash)
            let admins: [Account] = await withTaskGroup(of: Account?.self) { group in
                for index in 0..<20 {
                    group.addTask { try? await firstAdmin(tokenHash, "admin\(index)", on: bench) }
                }
                return await group.compactMap(\.self).reduce(into: []) { $0.append($1) }
            }
            #expect(admins.count == 1)
            #expect(try await bench.desk.accounts() == admins)
        },
    ]

    private static func firstAdmin(
        _ tokenHash: SetupLink.TokenHash,
        _ username: String = "admin",
        on bench: Bench
    ) async throws(DeskError) -> Account {
        try await bench.desk.createFirstAdmin(
            using: tokenHash,
            username: username,
            name: "Admin",
            passwordHash: "$hash"
        )
    }
}
