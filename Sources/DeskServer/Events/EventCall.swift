import Desk
import SocketIO

/// One event of a client, opened: who sends it, and its one object.
struct EventCall {
    let socket: Socket
    let principal: Principal
    let payload: EventPayload
}
