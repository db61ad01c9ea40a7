import HTTPTypes
import Hummingbird

/// The widget, for pages of any site.
struct WidgetRoutes: Sendable {
    let shelf: WidgetShelf

    /// Site owners copy the loader's address, so it stays the same and what it names may change.
    private static let loaderCaching = "public, max-age=300"
    private static let partCaching = "public, max-age=31536000, immutable"

    func add(to router: Router<DeskRequestContext>) {
        router.get("widget.js") { request, _ in
            try shelf.widget().loader.answer(to: request, caching: Self.loaderCaching).forAnySite()
        }
        router.get("widget/:hash/:language/:file") { request, context in
            let widget = try shelf.widget()
            guard let hash = context.parameters.get("hash"), WidgetFiles.isHash(hash),
                let language = context.parameters.get("language"), let name = context.parameters.get("file"),
                let file = widget.parts[language + "/" + name]
            else { throw RequestFailure.notFound }
            // A loader from before an update still finds its parts; nobody may keep them under that name.
            return file.answer(to: request, caching: hash == widget.hash ? Self.partCaching : "no-cache").forAnySite()
        }
    }
}

extension Response {
    /// Pages of other sites may read it, even those that load nothing without permission.
    fileprivate func forAnySite() -> Response {
        var copy = self
        copy.headers[.accessControlAllowOrigin] = "*"
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { copy.headers[name] = "cross-origin" }
        return copy
    }
}
