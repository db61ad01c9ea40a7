package import Desk
import NIOCore
import SocketIO

extension WireFormat {
    static func audit(_ record: AuditRecord) -> JSON {
        let entry = record.entry
        return JSON.object { fields in
            fields.field("entryId", "\(record.number)")
            fields.field("at", entry.at.iso8601)
            fields.field("actor", actor(entry.actor))
            fields.field("action", entry.action.rawValue)
            fields.field("target", entry.target.map(target))
            fields.field("detail", entry.detail)
        }
    }

    private static func actor(_ actor: Actor) -> JSON {
        JSON.object { fields in
            switch actor {
            case .account(let id, let name):
                fields.field("kind", "account")
                fields.field("userId", id.rawValue)
                fields.field("name", name)
            case .commandLine: fields.field("kind", "command_line")
            case .system: fields.field("kind", "system")
            case .nobody: fields.field("kind", "nobody")
            }
        }
    }

    private static func target(_ target: AuditTarget) -> JSON {
        JSON.object { fields in
            fields.field("kind", target.kind.rawValue)
            fields.field("id", target.id)
            fields.field("name", target.name)
        }
    }
}

extension AuditRecord {
    /// As on the wire.
    package var json: String {
        String(buffer: WireFormat.audit(self).text)
    }

    /// For a terminal: when, who, what, to whom, and a few words, with tabs between.
    package var line: String {
        let actor =
            switch entry.actor {
            case .account(_, let name): name
            case .commandLine: "(command line)"
            case .system: "(system)"
            case .nobody: "-"
            }
        let target = entry.target.map { $0.name ?? $0.id ?? $0.kind.rawValue } ?? "-"
        return [entry.at.iso8601, actor, entry.action.rawValue, target, entry.detail ?? ""].joined(separator: "\t")
    }
}
