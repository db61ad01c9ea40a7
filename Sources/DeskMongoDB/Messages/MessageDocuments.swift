#if MongoDB
import Desk

/// Messages as documents, and back.
enum MessageDocuments {
    static let collection = "messages"

    /// As it stands among the messages, where it is found by its words.
    static func encode(_ message: Message) -> BSONDocument {
        var document = fields(of: message)
        document["words"] = SearchWords.index(of: message.text)
        document["place"] = SearchOrder.place(message.timestamp, seq: message.seq, id: message.id.rawValue)
        return document
    }

    /// As it stands in its ticket.
    static func fields(of message: Message) -> BSONDocument {
        [
            "_id": .string(message.id.rawValue), "ticketId": .string(message.ticketID.rawValue),
            "seq": .int(message.seq), "senderId": .string(message.sender.userID),
            "sender": .document(message.sender.document), "text": .string(message.text),
            "timestamp": message.timestamp.bson, "clientId": message.clientID.map { .string($0.rawValue) },
        ]
    }

    static func decode(_ document: BSONDocument) throws(MongoError) -> Message {
        Message(
            id: Message.ID(rawValue: try document.text("_id")),
            ticketID: Ticket.ID(rawValue: try document.text("ticketId")),
            seq: try document.number("seq"),
            sender: try Author(document: document.nested("sender")),
            text: try document.text("text"),
            timestamp: try document.moment("timestamp"),
            clientID: document["clientId"]?.string.map(ClientID.init(stored:))
        )
    }

    static func message(
        _ key: MessageKey,
        of ticket: Ticket.ID,
        in database: MongoDatabase
    ) async throws(MongoError) -> Message? {
        let found = try await database.first(
            in: collection,
            [
                "clientId": .string(key.clientID.rawValue), "ticketId": .string(ticket.rawValue),
                "senderId": .string(key.senderID),
            ]
        )
        guard let found else { return nil }
        return try decode(found)
    }
}
#endif
