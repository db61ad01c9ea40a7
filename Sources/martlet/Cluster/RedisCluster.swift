import DeskServer
import Logging
import SocketIO
import SocketIORedis

/// The nodes that know each other by one Redis.
final class RedisCluster: Cluster {
    let gaps: AsyncStream<Void>
    let limits: any SharedLimits
    private let streams: RedisStreams
    private let scripts: RedisScripts

    init(_ configuration: RedisConfiguration, logger: Logger) {
        // Of several gaps that nobody has looked at yet, one is enough.
        let (gaps, gap) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.gaps = gaps
        var options = RedisStreams.Options()
        // A channel belongs to all databases, and another one may be that of another desk.
        if configuration.database > 0 { options.channelPrefix += "/\(configuration.database)" }
        streams = RedisStreams(configuration, options: options, logger: logger, onGap: { gap.yield() })
        scripts = RedisScripts(configuration, logger: logger)
        limits = RedisLimits(scripts, logger: logger)
    }

    var adapter: AdapterFactory {
        { [streams] in streams.adapter(around: $0) }
    }

    var isReachable: Bool { streams.isConnected }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [streams] in await streams.run() }
            group.addTask { [scripts] in await scripts.run() }
        }
    }
}
