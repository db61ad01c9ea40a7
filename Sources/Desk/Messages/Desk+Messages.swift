extension Desk {
    /// Stores a message and says who must hear of it.
    ///
    /// A retry with the same `clientID` by the same sender gives the message stored first, whatever its
    /// text and even if the ticket is closed by now, and publishes nothing.
    ///
    /// - Throws: ``DeskError/invalid(field:)`` with `text` if it is blank, longer than 4,000
    ///   characters (see ``TextRule``) or refused by the ``WordFilter``; ``DeskError/notFound`` if the ticket is unknown or not the
    ///   guest's own; ``DeskError/closed``.
    package func postMessage(
        _ text: String,
        to id: Ticket.ID,
        clientID: ClientID? = nil,
        by principal: Principal
    ) async throws(DeskError) -> Message {
        let result = await withCheckedContinuation { continuation in
            postMessage(text, to: id, clientID: clientID, by: principal) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for one who does not wait. Messages to one ticket are stored in the order in which one caller posts them.
    ///
    /// - Parameter completion: Called once, on any thread, maybe at once. It must return quickly.
    package func postMessage(
        _ text: String,
        to id: Ticket.ID,
        clientID: ClientID? = nil,
        by principal: Principal,
        completion: @escaping Completion<Message>
    ) {
        do throws(DeskError) {
            try authorize(principal, to: .postMessage)
            let draft = try draftMessage(text, clientID: clientID, by: principal)
            let lookup = TicketLookup(ticketID: id, message: MessageKey(senderID: principal.userID, clientID: clientID))
            store.change(
                lookup,
                publish: publish,
                rule: { facts throws(DeskError) in try MessageRules.post(draft, by: principal, facts: facts) },
                completion: completion
            )
        } catch {
            completion(.failure(error))
        }
    }

    /// A part of a ticket's messages, and the ticket as it stood at that moment.
    ///
    /// - Throws: ``DeskError/notFound`` if the ticket is unknown or not the guest's own.
    package func history(
        of id: Ticket.ID,
        _ range: HistoryRange,
        for principal: Principal
    ) async throws(DeskError) -> History {
        try authorize(principal, to: .readTicket)
        return try await store.history(of: id, range) { ticket throws(DeskError) in
            try authorize(principal, to: .readTicket, on: ticket)
        }
    }

    /// Moves the read position of the guest, or that of the agents as a whole, forward to `seq`; never
    /// back, and never beyond the last message.
    ///
    /// - Returns: The position as it is now.
    /// - Throws: ``DeskError/notFound`` if the ticket is unknown or not the guest's own.
    @discardableResult
    package func markRead(_ id: Ticket.ID, seq: Int, by principal: Principal) async throws(DeskError) -> Int {
        try authorize(principal, to: .markRead)
        return try await store.change(TicketLookup(ticketID: id), publish: publish) { facts throws(DeskError) in
            try MessageRules.markRead(seq, by: principal, facts: facts)
        }
    }

    func draftMessage(
        _ text: String,
        clientID: ClientID?,
        by principal: Principal
    ) throws(DeskError) -> MessageDraft {
        let text = try TextRule.message.required(text)
        let filtered = wordFilter().apply(to: text)
        return MessageDraft(
            id: Message.ID(rawValue: makeID()),
            sender: principal.author,
            text: filtered ?? text,
            isRefused: filtered == nil,
            timestamp: now(),
            clientID: clientID
        )
    }
}
