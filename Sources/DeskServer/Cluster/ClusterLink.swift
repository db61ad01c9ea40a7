import ServiceLifecycle
import SocketIO

/// Keeps a node in touch with the others, and its sockets told when they may have missed something.
struct ClusterLink: Service {
    let cluster: any Cluster
    let namespace: Namespace

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await cluster.run() }
                group.addTask {
                    for await _ in cluster.gaps { namespace.everyone.local.emit("resync", .emptyObject) }
                }
            }
        }
    }
}
