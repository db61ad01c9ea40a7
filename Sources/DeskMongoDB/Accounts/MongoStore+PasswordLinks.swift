#if MongoDB
package import Desk

extension MongoStore {
    package func passwordLinks() async throws(DeskError) -> [Account.ID: PasswordLink] {
        try await attempt {
            let found = try await AccountDocuments.records(["link.tokenHash": ["$exists": true]], in: self.database)
            return found.reduce(into: [:]) { $0[$1.account.id] = $1.link }
        }
    }

    package func linkedAccount(_ tokenHash: PasswordLink.TokenHash) async throws(DeskError) -> LinkedAccount? {
        try await attempt {
            try await AccountDocuments.record(["link.tokenHash": .string(tokenHash.rawValue)], in: self.database)
                .map { LinkedAccount(account: $0.account, link: $0.link) }
        }
    }
}
#endif
