import NIOCore
import SocketIO

extension JSON {
    /// Where to read it: on Swift's thread pool, if that would keep the other sockets of an event loop waiting; nil for
    /// wherever one is.
    var readingExecutor: (any TaskExecutor)? {
        text.readableBytes > 4096 ? globalConcurrentExecutor : nil
    }
}
