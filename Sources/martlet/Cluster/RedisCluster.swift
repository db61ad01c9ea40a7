import DeskServer
import Logging
import SocketIO
import SocketIORedis

/// The nodes that know each other by one Redis.
final class RedisCluster: Cluster {
    let gaps: AsyncStream<Void>
    private let streams: RedisStreams

    init(_ configuration: RedisConfiguration, logger: Logger) {
        // Of several gaps that nobody has looked at yet, one is enough.
        let (gaps, gap) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.gaps = gaps
        streams = RedisStreams(configuration, logger: logger, onGap: { gap.yield() })
    }

    var adapter: AdapterFactory {
        { [streams] in streams.adapter(around: $0) }
    }

    var isReachable: Bool { streams.isConnected }

    func run() async {
        await streams.run()
    }
}
