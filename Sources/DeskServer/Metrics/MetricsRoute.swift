import Desk
import EngineIO
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import SocketIO
import Synchronization

/// `/metrics`, for whoever sends the token; without one, for programs on this machine that speak for themselves. To
/// everybody else there is no such page.
struct MetricsRoute: Sendable {
    let token: String?
    let metrics: DeskMetrics
    let server: SocketIOServer
    let namespace: Namespace
    let store: any DeskStore
    private let seen = Seen()

    init(
        token: String?,
        metrics: DeskMetrics,
        server: SocketIOServer,
        namespace: Namespace,
        store: any DeskStore
    ) {
        self.token = token
        self.metrics = metrics
        self.server = server
        self.namespace = namespace
        self.store = store
    }

    func add(to router: Router<DeskRequestContext>) {
        router.get("metrics") { request, context in
            guard mayRead(request, context) else { throw RequestFailure.notFound }
            await look()
            let headers: HTTPFields = [
                .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
            ]
            return Response(
                status: .ok,
                headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.registry.text))
            )
        }
    }

    private func mayRead(_ request: Request, _ context: DeskRequestContext) -> Bool {
        if let token { return isEqualInConstantTime(request.headers[.authorization] ?? "", "Bearer \(token)") }
        let peer = context.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        return peer?.isLoopback == true && !request.headers.contains { Self.tellsOfProxy($0.name.canonicalName) }
    }

    private static func tellsOfProxy(_ header: String) -> Bool {
        header == "forwarded" || header == "via" || header == "x-real-ip" || header.hasPrefix("x-forwarded-")
    }

    /// Brings what is only known by looking up to date.
    private func look() async {
        let registry = metrics.registry
        let census = await server.engine.census()
        for (transport, count) in census.sessions {
            Meter(label: "martlet_connections", dimensions: [("transport", transport.rawValue)], factory: registry)
                .set(count)
        }
        await Meter(label: "martlet_rooms", factory: registry).set(namespace.roomCount())
        let depths = [("store", store.queuedWriteCount), ("handlers", server.busySocketCount)]
        for (queue, depth) in depths {
            Meter(label: "martlet_queue_depth", dimensions: [("queue", queue)], factory: registry).set(depth)
        }
        let usage = ProcessUsage.current
        if let bytes = usage.residentBytes {
            Meter(label: "process_resident_memory_bytes", factory: registry).set(bytes)
        }
        let (dropped, seconds) = seen.advance(to: census.droppedMessages, usage.cpuSeconds)
        Counter(label: "martlet_dropped_messages_total", factory: registry).increment(by: dropped)
        FloatingPointCounter(label: "process_cpu_seconds_total", factory: registry).increment(by: seconds)
    }

    /// What counters that others keep stood at when they were last looked at.
    private final class Seen: Sendable {
        private let last = Mutex((dropped: 0, cpuSeconds: 0.0))

        /// - Returns: What was added since.
        func advance(to dropped: Int, _ cpuSeconds: Double) -> (dropped: Int, cpuSeconds: Double) {
            last.withLock { last in
                let more = (max(0, dropped - last.dropped), max(0, cpuSeconds - last.cpuSeconds))
                last = (max(dropped, last.dropped), max(cpuSeconds, last.cpuSeconds))
                return more
            }
        }
    }
}
