/// Decides which browser origins may reach the server (RFC 6454). The `Origin` header is present on requests that a
/// page made; other clients send none and are let in, so this is no login.
///
/// Foreign origins that are allowed get CORS headers, but never `Access-Control-Allow-Credentials`: their pages cannot
/// send cookies when they poll. WebSockets know no CORS; a cookie of a page with the verdict ``Verdict/allowed`` should
/// not count as a login.
public struct OriginPolicy: Sendable {
    /// What a request's `Origin` header makes of it.
    public enum Verdict: Sendable, Equatable {
        /// No `Origin`: not a page, or a page's own plain GET.
        case absent
        /// The server's own origin, see ``OriginPolicy/own``.
        case own
        /// A foreign origin of ``OriginPolicy/allowed``, or by ``OriginPolicy/allows``. CORS headers name it.
        case allowed
        /// Any other origin, `null` included. The request gets 403.
        case denied
    }

    /// The server's own origin, such as `https://chat.example.com`, without a slash behind it. Set it where a proxy changes
    /// the `Host` header. Default nil: whatever the `Host` header says, under https, and under http too unless
    /// ``isSecure``, since a proxy may end TLS in front.
    public var own: String?

    /// Foreign origins that are let in, such as `https://www.example.com`, without a slash behind them and compared
    /// without regard to case. There are no wildcards. Default none.
    public var allowed: Set<String> = [] {
        didSet { self.folded = Set(self.allowed.map { $0.lowercased() }) }
    }

    /// Asked for each foreign origin that is not in ``allowed``, in lower case, on an event loop: for origins that change
    /// while the server runs. It must be quick. Default: none is let in.
    public var allows: @Sendable (_ origin: String) -> Bool = { _ in false }

    /// Whether TLS ends in this process, so that a page under http is a foreign one. Default false.
    public var isSecure: Bool

    private var folded: Set<String> = []

    /// The server's own origin only, unless more is given.
    ///
    /// - Parameters:
    ///   - own: see ``own``. Default nil: by the `Host` header.
    ///   - allowed: see ``allowed``. Default none.
    ///   - isSecure: see ``isSecure``. Default false.
    public init(own: String? = nil, allowed: Set<String> = [], isSecure: Bool = false) {
        self.isSecure = isSecure
        self.own = own?.lowercased()
        self.allowed = allowed
        self.folded = Set(allowed.map { $0.lowercased() })
    }

    /// Judges one request.
    ///
    /// - Parameters:
    ///   - origin: its `Origin` header; nil if there is none.
    ///   - host: its `Host` header; nil if there is none, and then no origin is the server's own unless ``own`` is set.
    public func judge(origin: String?, host: String?) -> Verdict {
        guard let origin = origin?.lowercased() else { return .absent }
        if self.isOwn(origin, host: host) { return .own }
        return self.folded.contains(origin) || self.allows(origin) ? .allowed : .denied
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
