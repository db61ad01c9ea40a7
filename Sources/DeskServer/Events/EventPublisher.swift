import Desk
import NIOCore
import SocketIO
import Synchronization

/// Tells the sockets what the desk has committed.
///
/// ``publish(_:from:)`` is called in commit order, one call at a time, so that each room hears a ticket's
/// events in the order of seq; all it does is to encode once and hand on.
final class EventPublisher: Sendable {
    private let namespace: Namespace
    private let presence: PresenceDesk
    private let cannedReplies: CannedReplyNews
    private let eventLoop: any EventLoop
    private let throttle: Mutex<ActivityThrottle>
    private let newest = Mutex<(id: Message.ID, json: JSON)?>(nil)

    init(
        namespace: Namespace,
        presence: PresenceDesk,
        cannedReplies: CannedReplyNews,
        eventLoop: any EventLoop,
        activityInterval: Duration
    ) {
        self.namespace = namespace
        self.presence = presence
        self.cannedReplies = cannedReplies
        self.eventLoop = eventLoop
        self.throttle = Mutex(ActivityThrottle(interval: activityInterval))
    }

    /// - Parameter sender: The socket whose doing this is; it does not hear of its own reading.
    func publish(_ events: [DeskEvent], from sender: SocketID?) {
        for event in events { publish(event, from: sender) }
    }

    /// A message as it goes out. Its sender's ack comes right behind its publication, and is spared the writing.
    func json(of message: Message) -> JSON {
        newest.withLock { newest in
            if let newest, newest.id == message.id { return newest.json }
            let json = WireFormat.message(message)
            newest = (message.id, json)
            return json
        }
    }

    private func publish(_ event: DeskEvent, from sender: SocketID?) {
        switch event {
        case .ticketCreated(let ticket):
            namespace.to(Rooms.agents).emit("ticket:created", WireFormat.ticketChanged(ticket))
            presence.see(ticket)
        case .ticketUpdated(let ticket):
            everybodyConcerned(by: ticket).emit("ticket:updated", WireFormat.ticketChanged(ticket))
            presence.see(ticket)
        case .ticketClosed(let ticket, let closer):
            everybodyConcerned(by: ticket).emit("ticket:closed", WireFormat.ticketClosed(ticket, by: closer))
            presence.see(ticket)
        case .messagePosted(let message, let ticket):
            namespace.to(Rooms.ticket(ticket.id)).emit("chat:message", json(of: message))
            postActivity(of: ticket)
            presence.see(ticket)
        case .noteAdded(let note):
            namespace.to(Rooms.ticketAgents(note.ticketID)).emit("note:added", WireFormat.noteAdded(note))
        case .readMoved(let ticket, let reader, let seq):
            var others = namespace.to(Rooms.ticket(ticket))
            // What one agent has read is news to none of them, whatever they look at.
            if reader.role != .guest { others = others.to(Rooms.agents) }
            if let sender { others = others.except(sender) }
            others.emit("chat:read", WireFormat.read(seq, in: ticket, by: reader))
        case .cannedRepliesChanged:
            cannedReplies.tell()
        case .guestRetired(let guest):
            namespace.to(Rooms.user(guest.rawValue)).disconnectSockets(closeConnection: true)
        case .erased(let guest):
            var others = namespace.to(Rooms.agents)
            if let guest { others = others.to(Rooms.user(guest.rawValue)) }
            others.emit("resync", .emptyObject)
        }
    }

    private func everybodyConcerned(by ticket: Ticket) -> BroadcastOperator {
        namespace.to(Rooms.agents).to(Rooms.ticket(ticket.id))
    }

    // MARK: - Activity, for agents who look elsewhere

    private func postActivity(of ticket: Ticket) {
        switch throttle.withLock({ $0.post(ticket, at: .now) }) {
        case .sendNow:
            sendActivity(of: ticket)
        case .sendLater(let delay):
            let id = ticket.id
            eventLoop.scheduleTask(in: TimeAmount(delay)) {
                guard let newest = self.throttle.withLock({ $0.due(id, at: .now) }) else { return }
                self.sendActivity(of: newest)
            }
        case .isWaiting:
            break
        }
    }

    private func sendActivity(of ticket: Ticket) {
        namespace.to(Rooms.agents).except(Rooms.ticket(ticket.id))
            .emit("ticket:activity", WireFormat.activity(ticket))
    }
}
