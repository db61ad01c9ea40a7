#if MongoDB
import Desk

/// Entries of the audit log as documents, and back. Each stands at first in the `audit` of the document whose change it
/// tells of, in the same write; its id is the same wherever it is copied to.
enum AuditDocuments {
    static let collection = "audit"
    /// The collections whose documents may have entries with their place still to come.
    static let sources = ["accounts", "guests", "erasures", "settings"]
    /// What such a document fits.
    static let waiting: BSONDocument = ["audit._id": ["$exists": true]]

    private enum ActorKind: String {
        case account, system, nobody
        case commandLine = "command_line"
    }

    static func encode(_ entry: AuditEntry) -> BSONDocument {
        var generator = SystemRandomNumberGenerator()
        let target = entry.target.map { target -> BSONDocument in
            [
                "kind": .string(target.kind.rawValue), "id": target.id.map { .string($0) },
                "name": target.name.map { .string($0) },
            ]
        }
        return [
            "_id": .string(RandomID.make(using: &generator)), "at": entry.at.bson,
            "action": .string(entry.action.rawValue), "actor": .document(encode(entry.actor)),
            "target": target.map { .document($0) }, "detail": entry.detail.map { .string($0) },
        ]
    }

    private static func encode(_ actor: Actor) -> BSONDocument {
        switch actor {
        case .account(let id, let name):
            ["kind": .string(ActorKind.account.rawValue), "id": .string(id.rawValue), "name": .string(name)]
        case .commandLine: ["kind": .string(ActorKind.commandLine.rawValue)]
        case .system: ["kind": .string(ActorKind.system.rawValue)]
        case .nobody: ["kind": .string(ActorKind.nobody.rawValue)]
        }
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> AuditEntry {
        var target: AuditTarget?
        if let fields = document["target"]?.document {
            guard let kind = AuditTarget.Kind(rawValue: try fields.text("kind")) else { throw .malformed }
            target = AuditTarget(kind: kind, id: fields["id"]?.string, name: fields["name"]?.string)
        }
        return AuditEntry(
            try document.spelled("action"),
            on: target,
            by: try actor(document.nested("actor")),
            at: try document.moment("at"),
            detail: document["detail"]?.string
        )
    }

    /// Of one that has its place.
    static func decodeRecord(_ document: BSONDocument) throws(MongoError) -> AuditRecord {
        AuditRecord(number: Int64(try document.number("number")), entry: try decode(document))
    }

    private static func actor(_ document: BSONDocument) throws(MongoError) -> Actor {
        switch try document.spelled("kind") as ActorKind {
        case .account: .account(Account.ID(rawValue: try document.text("id")), name: try document.text("name"))
        case .commandLine: .commandLine
        case .system: .system
        case .nobody: .nobody
        }
    }
}
#endif
