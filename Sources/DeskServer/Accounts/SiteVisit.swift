import Desk
import SocketIO

/// From whose pages a guest connects, and as whom the site knows them: the CONNECT payload's `site` and `identity`.
struct SiteVisit {
    var site: Site.ID
    var identity: VouchedIdentity?

    /// - Throws: ``DeskError/notFound`` for a site that is no text; as ``VouchedIdentity/init(_:)``.
    init(_ auth: JSON) throws(DeskError) {
        let fields = auth.object
        site = .default
        if let named = fields?["site"], !named.isNull {
            guard let id = named.string else { throw .notFound }
            site = Site.ID(rawValue: id)
        }
        if let json = fields?["identity"], !json.isNull { identity = try VouchedIdentity(json) }
    }
}
