import NIOCore
import NIOPosix

/// The one event loop that all clients live on, as an actor: one core drives more than one core of a server.
@globalActor
actor Loop {
    static let shared = Loop()
    static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        Self.eventLoop.executor.asUnownedSerialExecutor()
    }
}

/// Nanoseconds of a clock that never goes back.
func now() -> UInt64 {
    NIODeadline.now().uptimeNanoseconds
}

/// The work was refused, or a client lost its connection.
struct LoadFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
