import Desk
import SocketIO

/// What clients do with tickets.
struct TicketEvents: Sendable {
    let desk: SocketDesk
    let presence: PresenceDesk
    let viewing: ViewingDesk
    let limiter: RateLimiter

    func register(on events: EventRegistry) {
        events.on("ticket:create", .createTicket, as: .write, create)
        events.on("ticket:list", .listTickets, list)
        events.on("ticket:join", .readTicket, join)
        events.on("ticket:close", .closeTicket, as: .write, close)
        events.on("ticket:reopen", .reopenTicket, as: .write, reopen)
        events.on("ticket:assign", .assignTicket, as: .write, assign)
        events.on("ticket:mine", .listOwnTickets, listOwn)
        events.on("ticket:end", .endTicket, as: .write, end)
        events.on("guest:update", .updateOwnDetails, as: .write, updateGuest)
        events.on("room:leave", nil, as: .signal, leave)
    }

    private func create(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let desk = desk(for: call.socket)
        let created = try await create(call, on: desk)
        await call.socket.join(Rooms.ticket(created.ticket.id))
        // Whatever was said between the commit and the join shows in lastSeq; the client then asks for it.
        let ticket = try await desk.ticket(created.ticket.id, for: call.principal)
        return { fields in
            fields.field("ticket", WireFormat.ticket(ticket, unreadFor: call.principal.role))
            fields.field("message", created.message.map(WireFormat.message))
        }
    }

    /// What is refused, or known already, does not count for the address: nobody uses up what is their neighbours'.
    private func create(_ call: EventCall, on desk: Desk) async throws(DeskError) -> CreatedTicket {
        // Middleware lets nobody in without one.
        guard let visit = call.socket.data.get(SocketVisit.self) else { throw .unavailable }
        try limiter.tickets.take(visit.address)
        if limiter.isShared { try await limiter.tickets.takeShared(visit.address) }
        var isNew = false
        defer { if !isNew { limiter.tickets.giveBack(visit.address) } }
        let created = try await desk.createTicket(
            subject: call.payload.optionalString("subject"),
            text: call.payload.optionalString("text"),
            clientID: call.payload.clientID,
            details: call.socket.data.get(GuestDetails.self),
            site: visit.site,
            by: call.principal
        )
        isNew = created.isNew
        return created
    }

    private func list(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let query = try TicketQuery(
            status: call.payload.optionalString("status"),
            assignee: call.payload.optionalString("assignee"),
            limit: call.payload.optionalInt("limit"),
            cursor: call.payload.optionalString("cursor"),
            caller: call.principal
        )
        let page = try await desk(for: call.socket).tickets(query, for: call.principal)
        return { fields in
            fields.field("tickets", page.tickets.map { WireFormat.ticket($0, unreadFor: call.principal.role) })
            fields.field("next", page.next?.rawValue)
            fields.field("counts", WireFormat.counts(page.counts))
        }
    }

    /// Joins before it reads, so that nothing falls between; and looks whether it may before it joins.
    private func join(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let id = try call.payload.ticketID
        let afterSeq = try call.payload.optionalInt("afterSeq")
        let range = try HistoryRange(
            afterSeq: afterSeq,
            limit: afterSeq == nil ? HistoryRange.defaultLimit : HistoryRange.maximumLimit
        )
        let desk = desk(for: call.socket)
        let ticket = try await desk.ticket(id, for: call.principal)
        await call.socket.join(Rooms.ticket(id))
        if call.principal.isAgent {
            await call.socket.join(Rooms.ticketAgents(id))
            viewing.welcome(call.socket, call.principal, to: id)
        } else {
            presence.see(ticket)
        }
        let history = try await desk.history(of: id, range, for: call.principal)
        return { WireFormat.write(history, for: call.principal.role, to: &$0) }
    }

    private func leave(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let id = try call.payload.ticketID
        await call.socket.leave(Rooms.ticket(id))
        await call.socket.leave(Rooms.ticketAgents(id))
        viewing.leave(id, on: call.socket.id)
        return { _ in }
    }

    private func close(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let ticket = try await desk(for: call.socket).close(call.payload.ticketID, by: call.principal)
        return Self.answer(ticket, to: call)
    }

    private func end(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let ticket = try await desk(for: call.socket).end(call.payload.ticketID, by: call.principal)
        return Self.answer(ticket, to: call)
    }

    private func listOwn(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let query = try TicketQuery(
            status: "all",
            assignee: nil,
            limit: call.payload.optionalInt("limit"),
            cursor: call.payload.optionalString("cursor"),
            caller: call.principal
        )
        let page = try await desk(for: call.socket).ownTickets(query, of: call.principal)
        return { fields in
            fields.field("tickets", page.tickets.map { WireFormat.ticket($0, unreadFor: call.principal.role) })
            fields.field("next", page.next?.rawValue)
        }
    }

    /// What is said before there is a ticket waits for it with the socket: a guest is stored with the first one.
    private func updateGuest(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let (name, email) = (try call.payload.text("name"), try call.payload.text("email"))
        var details: GuestDetails
        do throws(DeskError) {
            details = try await desk(for: call.socket).updateGuest(name: name, email: email, by: call.principal)
        } catch {
            guard error == .notFound else { throw error }
            details = call.socket.data.get(GuestDetails.self) ?? GuestDetails()
            try details.change(name: name, email: email)
            call.socket.data.set(details)
        }
        // What they do from now on is told under that name.
        if case .guest(let id, _) = call.principal { call.socket.data.set(Principal.guest(id, name: details.name)) }
        return { [details] fields in
            fields.field("name", details.name.map { JSON($0) } ?? .null)
            fields.field("email", details.email.map { JSON($0) } ?? .null)
        }
    }

    private func reopen(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let ticket = try await desk(for: call.socket).reopen(call.payload.ticketID, by: call.principal)
        return Self.answer(ticket, to: call)
    }

    private func assign(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let assignee = try call.payload.nullableString("agentId")
        let ticket = try await desk(for: call.socket)
            .assign(
                call.payload.ticketID,
                to: assignee.map(Account.ID.init(rawValue:)),
                ifVersion: call.payload.optionalInt("ifVersion"),
                by: call.principal
            )
        return Self.answer(ticket, to: call)
    }

    private static func answer(_ ticket: Ticket, to call: EventCall) -> EventRegistry.Fields {
        { $0.field("ticket", WireFormat.ticket(ticket, unreadFor: call.principal.role)) }
    }
}
