extension Desk {
    /// All that is stored about a guest, to be read piece by piece.
    ///
    /// The audit log knows of it before anything is handed out.
    ///
    /// - Throws: ``DeskError/notFound`` for a guest who never opened a ticket.
    package func export(_ id: Guest.ID, by actor: Actor) async throws(DeskError) -> GuestData {
        guard let guest = try await guest(id) else { throw .notFound }
        try await record(.guestExported, on: .guest(id), by: actor)
        return GuestData(of: guest, tickets: try await store.tickets(of: id), in: store)
    }

    /// As ``export(_:by:)``.
    ///
    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func export(_ id: Guest.ID, by principal: Principal) async throws(DeskError) -> GuestData {
        try authorize(principal, to: .manageGuestData)
        return try await export(id, by: principal.actor)
    }

    /// Deletes a guest with all tickets and messages, for good. Who comes back with that guest's token is the same
    /// guest, with nothing.
    ///
    /// - Throws: ``DeskError/notFound`` for a guest who is not stored.
    package func erase(_ id: Guest.ID, by actor: Actor) async throws(DeskError) -> Erasure {
        let now = now()
        let erasure = try await store.erase(id) { erasure in
            AuditEntry(.guestErased, on: .guest(id), by: actor, at: now, detail: erasure.summary)
        }
        publish([.erased(id)])
        return erasure
    }

    /// As ``erase(_:by:)``.
    ///
    /// - Throws: ``DeskError/forbidden`` for all but admins.
    package func erase(_ id: Guest.ID, by principal: Principal) async throws(DeskError) -> Erasure {
        try authorize(principal, to: .manageGuestData)
        return try await erase(id, by: principal.actor)
    }

    /// Deletes the tickets that have been closed for longer than `age`, a few at a time, so that nobody waits long
    /// for the writer.
    package func eraseTickets(closedFor age: Duration) async throws(DeskError) -> Erasure {
        let now = now()
        let moment = now.advanced(by: .zero - age)
        var total = Erasure()
        defer { if total.tickets > 0 { publish([.erased(nil)]) } }
        while true {
            let part = try await store.eraseTickets(closedBefore: moment, limit: 50) { erasure in
                guard erasure.tickets > 0 else { return nil }
                return AuditEntry(.ticketsExpired, by: .system, at: now, detail: erasure.summary)
            }
            total.tickets += part.tickets
            total.messages += part.messages
            guard part.tickets == 50 else { return total }
        }
    }
}
