#if MongoDB
package import Desk

extension MongoStore {
    package func standing(of id: Guest.ID) async throws(DeskError) -> GuestStanding {
        try await attempt {
            switch try await self.finished(id)?.state {
            case .known(let guest): .known(guest)
            case .retired: .retired
            case .nobody, .moving, .erasing, nil: .unknown
            }
        }
    }

    package func changeGuest(
        _ id: Guest.ID,
        publish: @escaping Publish,
        rule: @escaping @Sendable (Guest) throws(DeskError) -> Guest
    ) async throws(DeskError) -> Guest {
        try await attempt {
            try await self.turns.take(id.rawValue) {
                let (guest, isNews) = try await self.changeRecord(of: id) { record in
                    guard var next = record, let stored = next.known else { throw DeskError.notFound }
                    let guest = try rule(stored)
                    guard guest != stored else { return (nil, (guest, false)) }
                    next.rename(guest)
                    return (next, (guest, true))
                }
                guard isNews else { return guest }
                try Self.reached(.renamed)
                _ = try await self.finished(id)
                try await self.publishOpenTickets(of: id, to: publish)
                return guest
            }
        }
    }

    package func adopt(
        _ id: Guest.ID,
        from former: Guest.ID?,
        publish: @escaping Publish,
        rule: @escaping @Sendable (AdoptionFacts) -> Adoption?
    ) async throws(DeskError) -> Guest? {
        try await attempt {
            guard let former else { return try await self.adopt(id, publish, rule) }
            return try await self.turns.take(former.rawValue) {
                guard try await self.retire(former, to: id, rule) else {
                    return try await self.adopt(id, publish, rule)
                }
                try Self.reached(.retired)
                self.publish([.guestRetired(former)], to: publish)
                let guest = try await self.finished(id)?.known
                try await self.publishOpenTickets(of: id, to: publish)
                return guest
            }
        }
    }

    /// The commit is the former guest's document, which says to whom all of it moves.
    ///
    /// - Returns: False if there is nobody to retire.
    private func retire(
        _ former: Guest.ID,
        to id: Guest.ID,
        _ rule: (AdoptionFacts) -> Adoption?
    ) async throws -> Bool {
        try await changeRecord(of: former) { record in
            guard var next = record, let guest = next.known else { return (nil, false) }
            let target = try await self.finished(id)
            let facts = AdoptionFacts(known: target?.known, former: guest)
            guard let decision = rule(facts), decision.retires == former else { return (nil, false) }
            next.state = .moving(to: decision.guest, revision: target?.revision ?? 0)
            next.isRenamed = false
            return (next, true)
        }
    }

    private func adopt(
        _ id: Guest.ID,
        _ publish: @escaping Publish,
        _ rule: @escaping @Sendable (AdoptionFacts) -> Adoption?
    ) async throws -> Guest? {
        try await turns.take(id.rawValue) {
            let guest = try await self.changeRecord(of: id) { record -> (GuestRecord?, Guest?) in
                guard let decision = rule(AdoptionFacts(known: record?.known, former: nil)) else { return (nil, nil) }
                var next = record ?? GuestRecord(id: id)
                next.rename(decision.guest)
                return (next, decision.guest)
            }
            guard let guest else { return nil }
            try Self.reached(.renamed)
            _ = try await self.finished(id)
            try await self.publishOpenTickets(of: id, to: publish)
            return guest
        }
    }

    /// Each in its turn, so that it does not come between a write to it and what that publishes.
    private func publishOpenTickets(of guest: Guest.ID, to publish: @escaping Publish) async throws {
        var cursor: TicketCursor?
        repeat {
            let filter: BSONDocument = ["customerId": .string(guest.rawValue)]
            let page = try await page(filter, [.open], limit: Self.batch, before: cursor)
            for ticket in page.tickets {
                try await turns.take(ticket.id.rawValue, isCommitted: true) {
                    guard let ticket = try await self.record(ticket.id)?.ticket, ticket.status == .open else { return }
                    self.publish([.ticketUpdated(ticket)], to: publish)
                }
            }
            cursor = page.next
        } while cursor != nil
    }
}
#endif
