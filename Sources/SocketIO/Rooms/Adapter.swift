public import EngineIO

/// Carries what is meant for many sockets to wherever they are. The local adapter reaches those of this process; one
/// that reaches other processes hands on to it.
public protocol Adapter: Sendable {
    /// Sends an encoded packet to the sockets `target` means. Returns at once. Calls from one thread arrive in order.
    func broadcast(_ message: OutboundMessage, to target: BroadcastTarget)

    /// Makes the sockets `target` means leave the namespace.
    func disconnect(_ target: BroadcastTarget, closeConnection: Bool)

    /// The sockets of this process that `target` means.
    func localSockets(_ target: BroadcastTarget) async -> [Socket]
}
