import Desk
import SocketIO

/// Makes the desk that works for one socket: what it does is published as that socket's doing.
struct SocketDesk: Sendable {
    let store: any DeskStore
    let now: @Sendable () -> Timestamp
    let makeID: @Sendable () -> String
    let wordFilter: @Sendable () -> WordFilter
    let quota: TicketQuota?
    let publisher: EventPublisher

    /// - Parameter socket: nil for what no socket does.
    func callAsFunction(for socket: Socket?) -> Desk {
        let (publisher, id) = (publisher, socket?.id)
        return Desk(store: store, now: now, makeID: makeID, wordFilter: wordFilter, quota: quota) {
            publisher.publish($0, from: id)
        }
    }
}
