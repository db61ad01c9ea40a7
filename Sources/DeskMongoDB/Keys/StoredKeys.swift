#if MongoDB
package import Desk
import Foundation

/// The keys of all servers on one database.
package struct StoredKeys: Sendable, Equatable {
    /// Who signs logins.
    package enum Login: Sendable, Equatable {
        /// This key, 32 bytes.
        case stored([UInt8])
        /// One that each server is given; here is only its name, which tells nothing about it.
        case given(name: String)
    }

    package struct Retired: Sendable, Equatable {
        package var key: [UInt8]
        package var at: Timestamp

        package init(key: [UInt8], at: Timestamp) {
            self.key = key
            self.at = at
        }
    }

    package var login: Login
    /// Those that signed logins before, with the time at which they ceased to.
    package var retired: [Retired]
    package var guest: [UInt8]
    package var account: [UInt8]

    package init(login: Login, retired: [Retired] = [], guest: [UInt8], account: [UInt8]) {
        self.login = login
        self.retired = retired
        self.guest = guest
        self.account = account
    }

    /// - Parameter name: Of the key that signs logins, if it is given.
    static func made(given name: String?) -> StoredKeys {
        StoredKeys(login: name.map(Login.given) ?? .stored(random()), guest: random(), account: random())
    }

    static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in generator.next() }
    }
}

extension StoredKeys {
    static let id = "keys"

    init(_ document: BSONDocument) throws(MongoError) {
        if let name = document["loginName"]?.string {
            login = .given(name: name)
        } else {
            login = .stored(try document.key("login"))
        }
        retired = []
        for item in document["retired"]?.array ?? [] {
            guard let item = item.document else { throw .malformed }
            retired.append(Retired(key: try item.key("key"), at: try item.moment("at")))
        }
        guest = try document.key("guest")
        account = try document.key("account")
    }

    func document(version: Int) -> BSONDocument {
        var document: BSONDocument = [
            "_id": .string(Self.id), "version": .int(version), "guest": .key(guest), "account": .key(account),
            "retired": .array(retired.map { .document(["key": .key($0.key), "at": $0.at.bson]) }),
        ]
        switch login {
        case .stored(let key): document["login"] = .key(key)
        case .given(let name): document["loginName"] = .string(name)
        }
        return document
    }
}

extension BSONValue {
    fileprivate static func key(_ bytes: [UInt8]) -> BSONValue { .string(Data(bytes).base64EncodedString()) }
}

extension BSONDocument {
    fileprivate func key(_ name: String) throws(MongoError) -> [UInt8] {
        guard let bytes = Data(base64Encoded: try text(name)), bytes.count == 32 else { throw .malformed }
        return Array(bytes)
    }
}
#endif
