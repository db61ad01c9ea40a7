/// One conversation between a guest and the agents.
package struct Ticket: Sendable, Equatable, Identifiable {
    package struct ID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    package enum Status: String, Sendable {
        case open, closed
    }

    /// The highest seq that each side has seen.
    package struct Reads: Sendable, Equatable {
        package var guest: Int
        package var agents: Int

        package init(guest: Int = 0, agents: Int = 0) {
            self.guest = guest
            self.agents = agents
        }

        /// The side that `role` belongs to.
        package subscript(role: Role) -> Int {
            get { role == .guest ? guest : agents }
            set {
                if role == .guest { guest = newValue } else { agents = newValue }
            }
        }
    }

    package var id: ID
    /// Small, for humans. Rises from ticket to ticket and may skip.
    package var number: Int
    package var customerID: Guest.ID
    package var customerName: String?
    package var customerEmail: String?
    package var verified: Bool
    /// From whose pages it was opened.
    package var siteID: Site.ID
    package var subject: String
    package var status: Status = .open
    package var createdAt: Timestamp
    package var closedAt: Timestamp?
    package var closedBy: Author?
    package var assigneeID: Account.ID?
    /// What ``assigneeID`` is called now, not when the ticket was assigned.
    package var assigneeName: String?
    package var lastSeq = 0
    package var lastMessageAt: Timestamp?
    /// The beginning of the newest message, at most 120 characters.
    package var lastText: String?
    package var lastSenderRole: Role?
    package var reads = Reads()
    /// Rises with every change but that of ``reads``.
    package var version = 1

    /// A guest may have said since they connected what they are called.
    func named(_ author: Author) -> Author {
        guard author.role == .guest, let customerName else { return author }
        return Author(userID: author.userID, role: .guest, name: customerName)
    }

    package init(
        id: ID,
        number: Int,
        customer: Guest,
        siteID: Site.ID = .default,
        subject: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.customerID = customer.id
        self.customerName = customer.name
        self.customerEmail = customer.email
        self.verified = customer.isVerified
        self.siteID = siteID
        self.subject = subject
        self.createdAt = createdAt
    }

    /// What lists are ordered by.
    package var activityAt: Timestamp {
        lastMessageAt ?? createdAt
    }

    /// At most 120 characters and 960 bytes: one character can be as long as a message.
    static func excerpt(of text: String) -> String {
        var excerpt = text.prefix(120)
        while excerpt.utf8.count > 960 { excerpt.removeLast() }
        return String(excerpt)
    }
}
