import NIOCore
import NIOPosix
import ServiceLifecycle

/// Finds out once a second how long each event loop lets work wait.
struct LoopLag: Service {
    private static let interval = Duration.seconds(1)

    let metrics: DeskMetrics

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeping only fails when it is time to stop.
            while (try? await Task.sleep(for: Self.interval)) != nil {
                for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                    let start = NIODeadline.now()
                    loop.execute { [metrics] in metrics.noteLag(.now() - start) }
                }
            }
        }
    }
}
