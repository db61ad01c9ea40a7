import EngineIO
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Gives a connection Hummingbird's handlers with its first request for the router.
///
/// Hummingbird's own connection-state handler is left out: it would take a pending poll, which it never sees, for an
/// idle connection. Idle time and quiescing are the transport's matter.
struct HummingbirdFallback: HTTPFallback {
    typealias HTTPChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let outcome: EventLoopPromise<SocketIOChannel.Outcome>

    func install(on channel: any Channel) throws -> [any RemovableChannelHandler] {
        do {
            try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            let http = try HTTPChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
            self.outcome.succeed(.http(http))
            return []
        } catch {
            self.outcome.fail(error)
            throw error
        }
    }

    func discard() {
        self.outcome.succeed(.done)
    }
}
