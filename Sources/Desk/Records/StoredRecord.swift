/// A part of the conversations, as it goes from one store to another: there are too many to be read at once.
package enum StoredRecord: Sendable, Equatable {
    /// In the order in which they are copied: nobody finds a ticket without its messages.
    package enum Kind: String, CaseIterable, Sendable {
        case guest, retiredGuest, message, note, ticket, lastNumber
    }

    case guest(Guest)
    /// The id of a guest who goes by another one.
    case retiredGuest(Guest.ID)
    case message(Message)
    case note(Note)
    case ticket(Ticket, clientID: ClientID?)
    /// Of a ticket, which may be erased. There is one such record.
    case lastNumber(Int)

    /// Tells it from all others of its kind, and puts them in an order: by the bytes of `text`, then by `number`.
    package struct Key: Hashable, Sendable {
        package var text: String
        package var number: Int

        package init(_ text: String, _ number: Int = 0) {
            self.text = text
            self.number = number
        }

        /// Comes before all others.
        package static let first = Key("", -1)
    }

    package var key: Key {
        switch self {
        case .guest(let guest): Key(guest.id.rawValue)
        case .retiredGuest(let id): Key(id.rawValue)
        case .message(let message): Key(message.ticketID.rawValue, message.seq)
        case .note(let note): Key(note.ticketID.rawValue, note.seq)
        case .ticket(let ticket, _): Key(ticket.id.rawValue)
        case .lastNumber: Key("")
        }
    }
}

/// A store whose conversations can be copied to another one.
package protocol RecordSource: Sendable {
    /// The next ones of a kind, in the order of their keys; none if there are no more.
    func records(
        _ kind: StoredRecord.Kind,
        after key: StoredRecord.Key,
        limit: Int
    ) async throws(DeskError) -> [StoredRecord]
}

/// A store that can become the copy of another one, while nobody else uses it.
package protocol RecordTarget: RecordSource {
    /// Stores records of one kind, but for those that are there: doing it twice is as good as once.
    func insert(_ records: [StoredRecord], of kind: StoredRecord.Kind) async throws(DeskError)
}
