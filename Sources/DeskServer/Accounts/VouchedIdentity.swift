import Crypto
import Desk
import SocketIO

/// What a site says about one of its visitors: `auth.identity {id, exp, hash, name?, email?}`. Signed is who it is; name and
/// address are what the page says.
struct VouchedIdentity: Equatable {
    /// How far ahead a site may vouch.
    static let longestLife = Duration.seconds(24 * 3600)
    /// How much the site's clock may be ahead of ours.
    static let clockSkew = Duration.seconds(60)
    /// In bytes.
    private static let longestID = 200

    /// What the visitor is called there.
    let id: String
    /// Seconds since 1970.
    let expiry: Int
    /// Hexadecimal HMAC-SHA256 of the id, a line feed and the expiry, under the site's secret.
    let hash: String
    let details: GuestDetails

    /// - Throws: ``DeskError/forbidden`` for what no site makes; ``DeskError/invalid(field:)`` with `name` or `email`.
    init(_ json: JSON) throws(DeskError) {
        guard let fields = json.object, let id = fields["id"]?.string, let expiry = fields["exp"]?.int,
            let hash = fields["hash"]?.string
        else { throw .forbidden }
        guard !id.isEmpty, id.utf8.count <= Self.longestID, !id.unicodeScalars.contains(where: Self.isControl) else {
            throw .forbidden
        }
        (self.id, self.expiry, self.hash) = (id, expiry, hash)
        var details = GuestDetails()
        try details.change(name: fields["name"]?.string, email: fields["email"]?.string)
        self.details = details
    }

    /// - Parameter secret: The site's.
    func isProved(by secret: [UInt8], at now: Timestamp) -> Bool {
        let limit = now.advanced(by: Self.longestLife + Self.clockSkew).milliseconds / 1000
        guard Int64(expiry) > now.milliseconds / 1000, Int64(expiry) <= limit else { return false }
        let code = HMAC<SHA256>
            .authenticationCode(for: Array("\(id)\n\(expiry)".utf8), using: SymmetricKey(data: secret))
        return isEqualInConstantTime(hash.lowercased(), Self.hexadecimal(code))
    }

    /// With one in the id, the bytes that are signed could be read in two ways.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
