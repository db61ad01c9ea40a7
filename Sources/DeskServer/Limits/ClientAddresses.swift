import Desk
import EngineIO
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Finds out which address a request comes from. Thread-safe.
final class ClientAddresses: Sendable {
    private static let header = "x-forwarded-for"

    private let trusted: [IPRange]
    private let logger: Logger
    private let hasWarned = Atomic(false)

    /// - Parameter trusted: The proxies in front of this server.
    init(trusted: [IPRange], logger: Logger) {
        self.trusted = trusted
        self.logger = logger
    }

    func address(of request: HandshakeRequest) -> ClientAddress {
        address(peer: request.remoteAddress, forwardedFor: request.headers[Self.header])
    }

    func address(of request: Request, in context: DeskRequestContext) -> ClientAddress {
        let values = request.headers.lazy.filter { $0.name.canonicalName == Self.header }.map(\.value)
        return address(peer: context.remoteAddress, forwardedFor: Array(values))
    }

    private func address(peer: SocketAddress?, forwardedFor: [String]) -> ClientAddress {
        let peer = peer?.ipAddress.flatMap { IPAddress($0) } ?? .unspecified
        // The usual mistake: then everybody has the proxy's address, and its limits are soon reached.
        if trusted.isEmpty, !forwardedFor.isEmpty, peer.isLoopback, !hasWarned.exchange(true, ordering: .relaxed) {
            logger.warning("X-Forwarded-For does not count: name the proxy with --trusted-proxies")
        }
        return ClientAddress(peer: peer, forwardedFor: forwardedFor, trusted: trusted)
    }
}
