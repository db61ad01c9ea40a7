import Desk
import SocketIO

/// Notes and viewing, which only agents hear of.
extension WireFormat {
    static func note(_ note: Note) -> JSON {
        JSON.object { fields in
            fields.field("noteId", note.id.rawValue)
            fields.field("ticketId", note.ticketID.rawValue)
            fields.field("noteSeq", note.seq)
            fields.field("afterSeq", note.afterSeq)
            fields.field("authorId", note.authorID.rawValue)
            fields.field("authorName", note.authorName)
            fields.field("text", note.text)
            fields.field("timestamp", note.timestamp.iso8601)
            fields.field("clientId", note.clientID?.rawValue)
        }
    }

    static func noteAdded(_ note: Note) -> JSON {
        JSON.object { $0.field("note", Self.note(note)) }
    }

    static func viewing(_ notice: ViewingBoard.Notice) -> JSON {
        JSON.object { fields in
            fields.field("ticketId", notice.ticketID.rawValue)
            fields.field("userId", notice.userID)
            fields.field("name", notice.name)
            fields.field("state", notice.state.rawValue)
        }
    }
}
