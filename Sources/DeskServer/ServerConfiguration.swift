package import Desk

/// What an operator may choose about a server, checked already.
package struct ServerConfiguration: Sendable {
    /// The address to listen on. Default: this machine only.
    package var host = "127.0.0.1"
    /// 0 takes any free port. Default 3000.
    package var port = 3000
    /// The origin under which people reach the server, if it is not that of the `Host` header: own
    /// origin, links, `Secure` cookies and HSTS.
    package var publicOrigin: WebOrigin?
    /// Foreign origins whose pages may connect, as guests.
    package var allowedOrigins: Set<WebOrigin> = []
    /// Without it the server speaks plain HTTP.
    package var tls: TLSCredentials?
    /// Proxies in front of the server, whose word on the client's address counts. Default: none.
    package var trustedProxies: [IPRange] = []
    /// nil: none at all, for benchmarks.
    package var limits: Limits? = Limits()
    /// Serves the pages from this directory instead of those inside the binary. For development.
    package var webDirectory: String?
    /// Further connections wait in the system's queue until others have gone. Default: no bound. It has to lie below
    /// the limit of open files: at that limit the event loop that accepts would try without a pause.
    package var maxConnections: Int?
    /// What is in flight when the server has to end has so long. Default 10 s.
    package var shutdownTimeout = Duration.seconds(10)

    /// Opens `/metrics` to whoever sends it as a Bearer token. Default: none, and then it is open to this machine only.
    package var metricsToken: String?

    /// How long a ticket is kept after its close, whatever an admin has set. Default: what an admin has set, else
    /// ``Retention/standard``.
    package var retention: Retention?

    /// The cost of new password hashes.
    package var passwordCost = PasswordCost.standard
    /// How long somebody may be away before they are said to be offline, so that a reload does not
    /// flicker. Default 10 s.
    package var presenceGrace = Duration.seconds(10)
    /// Least time between two `ticket:activity` of one ticket. Default 250 ms.
    package var activityInterval = Duration.milliseconds(250)
    /// Another node that has not been heard of for so long is gone. Default 10 s.
    package var nodePatience = Duration.seconds(10)
    /// Time between two looks for ended logins. Default 500 ms.
    package var watchInterval = Duration.milliseconds(500)

    package init() {}

    /// Whether only this machine can reach the server.
    package var isLoopback: Bool {
        host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
    }

    /// Sockets and requests are ended one after the other, and closing the connections takes up to a second.
    var shutdownStep: Duration {
        max(.zero, shutdownTimeout - .seconds(1)) / 2
    }

    /// Whether browsers reach the server by https.
    package var isSecure: Bool {
        publicOrigin?.isSecure ?? (tls != nil)
    }

    /// The server's address for a person, with the port it got.
    package func address(port: Int) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(tls == nil ? "http" : "https")://\(name):\(port)"
    }
}
