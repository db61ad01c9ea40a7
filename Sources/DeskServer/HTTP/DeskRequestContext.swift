import Hummingbird
import NIOCore

/// What travels with one HTTP request.
struct DeskRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end of the connection; a proxy's, if there is one in front.
    let remoteAddress: SocketAddress?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
