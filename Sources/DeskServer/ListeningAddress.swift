import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks whether a server could listen, so that one that cannot changes nothing on disk.
package enum ListeningAddress {
    /// One line for the operator.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        /// - Parameter error: What listening threw, or serving.
        package init(host: String, port: Int, _ error: any Error) {
            description =
                Self.reason(of: error).map { "cannot listen on \(host) port \(port): \($0)" }
                ?? "the server ended: \(error)"
        }

        private static func reason(of error: any Error) -> String? {
            if error is SocketAddressError || error is SocketAddressError.UnknownHost { return "there is no such host" }
            guard let error = error as? IOError else { return nil }
            switch error.errnoCode {
            case EADDRINUSE: return "another program listens there"
            case EACCES: return "that needs more rights"
            case EADDRNOTAVAIL: return "this machine has no such address"
            default: return "\(error)"
            }
        }
    }

    /// Listens and stops at once.
    package static func check(host: String, port: Int) async throws(Failure) {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port)
                .get()
            try await channel.close()
        } catch {
            throw Failure(host: host, port: port, error)
        }
    }
}
