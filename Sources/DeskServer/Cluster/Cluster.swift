package import SocketIO

/// The other nodes of the same desk, as one of them sees them. Whoever starts the server makes it; without one, a
/// server is alone. Thread-safe.
package protocol Cluster: Sendable {
    /// Carries what is sent to rooms to the sockets of the others.
    var adapter: AdapterFactory { get }
    /// Whether the others can be reached now. What is sent while they cannot is lost to them.
    var isReachable: Bool { get }
    /// What one guest, agent or address may ask of all nodes together.
    var limits: any SharedLimits { get }
    /// Tells each time that something sent by others may not have come. For one reader.
    var gaps: AsyncStream<Void> { get }

    /// Stays in touch until the task is cancelled. Called once.
    func run() async
}
