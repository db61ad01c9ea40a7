/// Decides which browser origins may reach the server. The `Origin` header is present on requests that a page
/// made; other clients send none and are let in.
public struct OriginPolicy: Sendable {
    /// What a request's `Origin` header makes of it.
    public enum Verdict: Sendable, Equatable {
        /// No `Origin`: not a page, or a page's own plain GET.
        case absent
        /// The server's own origin.
        case own
        /// A foreign origin of the allow-list. CORS headers name it.
        case allowed
        /// Any other origin, `null` included.
        case denied
    }

    /// The server's own origin, such as `https://chat.example.com`. Default nil: whatever the `Host` header says, under
    /// https, and under http too unless TLS ends in this process; a proxy may end it in front.
    public var own: String?

    /// Foreign origins that are let in, compared without regard to case. Default none.
    public var allowed: Set<String> = [] {
        didSet { self.folded = Set(self.allowed.map { $0.lowercased() }) }
    }

    /// Whether TLS ends in this process, so that a page under http is a foreign one. Default false.
    public var isSecure: Bool

    private var folded: Set<String> = []

    /// The server's own origin only, unless more is given.
    public init(own: String? = nil, allowed: Set<String> = [], isSecure: Bool = false) {
        self.isSecure = isSecure
        self.own = own?.lowercased()
        self.allowed = allowed
        self.folded = Set(allowed.map { $0.lowercased() })
    }

    /// Judges one request by its `Origin` and `Host` headers.
    public func judge(origin: String?, host: String?) -> Verdict {
        guard let origin = origin?.lowercased() else { return .absent }
        if self.isOwn(origin, host: host) { return .own }
        return self.folded.contains(origin) ? .allowed : .denied
    }

    private func isOwn(_ origin: String, host: String?) -> Bool {
        if let own { return origin == own.lowercased() }
        guard let host = host?.lowercased(), !host.isEmpty else { return false }
        if origin == "https://\(Self.trim(host, port: ":443"))" { return true }
        return !self.isSecure && origin == "http://\(Self.trim(host, port: ":80"))"
    }

    /// Browsers leave the default port out of `Origin`; a `Host` header may carry it.
    private static func trim(_ host: String, port: String) -> Substring {
        host.hasSuffix(port) ? host.dropLast(port.count) : host[...]
    }
}
