#if MongoDB
package import Desk

/// Tickets that have been kept for long enough go in runs. Each is taken by its own document, as long as it is still
/// closed; the commit of a run is a document of its own with the entry for the audit log, so that however a run ends,
/// each ticket is told of once.
extension MongoStore {
    private static let runs = "erasures"
    /// After so long the tickets of a run that was not committed are another one's.
    private static let patience = Duration.seconds(60)
    /// Erased tickets that are looked after for messages that came late.
    private static let lateTickets = 1000

    package func eraseTickets(
        closedBefore moment: Timestamp,
        limit: Int,
        audit: @escaping @Sendable (Erasure) -> AuditEntry?
    ) async throws(DeskError) -> Erasure {
        try await attempt {
            try await self.eraseWhatCameLate()
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<Self.maximumAttempts {
                let run = RandomID.make(using: &generator)
                try await self.takeOver(from: moment, for: run)
                try await self.reserve(closedBefore: moment, limit: limit, for: run)
                let tickets = try await self.tickets(of: run)
                var erasure = Erasure(tickets: tickets.count)
                for ticket in tickets { erasure.messages += try ticket.number("lastSeq") }
                try Self.reached(.reserved)
                let entry = audit(erasure)
                guard !tickets.isEmpty || entry != nil else { return erasure }
                guard try await self.commit(run, entry) else { continue }
                try Self.reached(.counted)
                await self.copyAudit(in: Self.runs, of: run)
                try await self.finish(run)
                return erasure
            }
            throw MongoError.busy
        }
    }

    private func tickets(of run: String) async throws -> [BSONDocument] {
        try await database.find(in: TicketDocuments.collection, ["erasure": .string(run)], limit: 10 * Self.batch)
    }

    /// - Returns: False if another run has taken the tickets, because this one took too long.
    private func commit(_ run: String, _ entry: AuditEntry?) async throws -> Bool {
        try await database.ensure(
            ["_id": .string(run), "audit": entry.map { [.document(AuditDocuments.encode($0))] }],
            in: Self.runs
        )
        return try await database.first(in: Self.runs, ["_id": .string(run)])?["isVoid"] == nil
    }

    /// Finishes what was committed and left, and takes what was left before that.
    private func takeOver(from moment: Timestamp, for run: String) async throws {
        let latest = moment.advanced(by: .zero - Self.patience)
        while true {
            let left = try await database.first(
                in: TicketDocuments.collection,
                ["erasure": ["$exists": true], "erasedUpTo": ["$lt": latest.bson]]
            )
            guard let other = try left?.text("erasure") else { return }
            // Whichever document comes first decides whether the tickets have been told of.
            try await database.ensure(["_id": .string(other), "isVoid": true], in: Self.runs)
            guard try await database.first(in: Self.runs, ["_id": .string(other)])?["isVoid"] == nil else {
                return try await database.updateAll(
                    in: TicketDocuments.collection,
                    ["erasure": .string(other)],
                    ["$set": ["erasure": .string(run), "erasedUpTo": moment.bson]]
                )
            }
            try await finish(other)
        }
    }

    private func reserve(closedBefore moment: Timestamp, limit: Int, for run: String) async throws {
        let room = limit - (try await tickets(of: run).count)
        guard room > 0 else { return }
        let due = try await database.find(
            in: TicketDocuments.collection,
            ["status": "closed", "closedAt": ["$lt": moment.bson]],
            sort: ["closedAt": 1],
            limit: room
        )
        for ticket in due {
            _ = try await database.replace(
                ["_id": ticket["_id"], "revision": ticket["revision"]],
                by: [
                    "_id": ticket["_id"], "customerId": ticket["customerId"], "lastSeq": ticket["lastSeq"],
                    "isErased": true, "erasure": .string(run), "erasedUpTo": moment.bson,
                ],
                in: TicketDocuments.collection
            )
        }
    }

    /// Deletes what is left of the tickets of a committed run, and those of the guests who have none.
    private func finish(_ run: String) async throws {
        while true {
            let tickets = try await tickets(of: run)
            if tickets.isEmpty { return }
            for guest in Set(tickets.compactMap { $0["customerId"]?.string }) {
                try await forget(Guest.ID(rawValue: guest))
            }
            try await eraseRest(of: tickets)
        }
    }

    private func forget(_ guest: Guest.ID) async throws {
        let isForgotten = try await changeRecord(of: guest) { record in
            guard var next = record, next.known != nil else { return (nil, false) }
            let left = try await self.database.find(
                in: TicketDocuments.collection,
                ["customerId": .string(guest.rawValue), "number": ["$gt": -1]],
                limit: 1
            )
            guard left.isEmpty else { return (nil, false) }
            next.state = .nobody
            (next.changes, next.isRenamed) = (0, false)
            return (next, true)
        }
        guard isForgotten else { return }
        try await date(GuestDocuments.collection, ["_id": .string(guest.rawValue), "state": "nobody"])
    }

    /// Another node's write may have been committed before the erasure, and its message stored after it.
    private func eraseWhatCameLate() async throws {
        let late = try await database.find(
            in: TicketDocuments.collection,
            ["erasedAt": ["$exists": true]],
            sort: ["erasedAt": -1],
            limit: Self.lateTickets
        )
        let ids = try late.map { ticket throws(MongoError) in Ticket.ID(rawValue: try ticket.text("_id")) }
        if !ids.isEmpty { try await eraseContents(of: ids) }
    }
}
#endif
