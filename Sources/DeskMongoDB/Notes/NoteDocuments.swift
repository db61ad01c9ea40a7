#if MongoDB
import Desk

/// Notes as documents, and back. They are apart from messages, so that nothing a guest can reach is different for them.
enum NoteDocuments {
    static let collection = "notes"

    static func encode(_ note: Note) -> BSONDocument {
        [
            "_id": .string(note.id.rawValue), "ticketId": .string(note.ticketID.rawValue), "seq": .int(note.seq),
            "afterSeq": .int(note.afterSeq), "authorId": .string(note.authorID.rawValue),
            "authorName": .string(note.authorName), "text": .string(note.text), "timestamp": note.timestamp.bson,
            "clientId": note.clientID.map { .string($0.rawValue) }, "words": SearchWords.index(of: note.text),
            "place": SearchOrder.place(note.timestamp, seq: note.seq, id: note.id.rawValue),
        ]
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> Note {
        Note(
            id: Note.ID(rawValue: try document.text("_id")),
            ticketID: Ticket.ID(rawValue: try document.text("ticketId")),
            seq: try document.number("seq"),
            afterSeq: try document.number("afterSeq"),
            authorID: Account.ID(rawValue: try document.text("authorId")),
            authorName: try document.text("authorName"),
            text: try document.text("text"),
            timestamp: try document.moment("timestamp"),
            clientID: document["clientId"]?.string.map(ClientID.init(stored:))
        )
    }

    static func note(
        by author: Account.ID,
        clientID: ClientID,
        of ticket: Ticket.ID,
        in database: MongoDatabase
    ) async throws(MongoError) -> Note? {
        let found = try await database.first(
            in: collection,
            [
                "clientId": .string(clientID.rawValue), "ticketId": .string(ticket.rawValue),
                "authorId": .string(author.rawValue),
            ]
        )
        guard let found else { return nil }
        return try decode(found)
    }

    /// The ticket's newest one.
    static func last(of ticket: Ticket.ID, in database: MongoDatabase) async throws(MongoError) -> Note? {
        try await database.find(in: collection, ["ticketId": .string(ticket.rawValue)], sort: ["seq": -1], limit: 1)
            .map(decode).first
    }
}
#endif
