import HTTPTypes
import Hummingbird

extension WebFile {
    /// The file in the form that the client takes, or that it has the newest already.
    ///
    /// - Parameter caching: Pages and their files are revalidated each time, so that an update is seen at once.
    func answer(
        to request: Request,
        status: HTTPResponse.Status = .ok,
        caching: String = "no-cache"
    ) -> Response {
        let zipped = request.acceptsGzip ? gzipped : nil
        let coding = zipped ?? plain
        var headers: HTTPFields = [.cacheControl: caching, .eTag: coding.etag]
        if gzipped != nil { headers[.vary] = "Accept-Encoding" }
        guard status != .ok || !request.knows(coding.etag) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        if zipped != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: coding.bytes))
    }
}

extension Request {
    /// RFC 9110 §12.5.3. Who says nothing gets it plain.
    fileprivate var acceptsGzip: Bool {
        let codings = headers[values: .acceptEncoding].flatMap { $0.lowercased().split(separator: ",") }
        var others = false
        for coding in codings {
            let parts = coding.filter { $0 != " " && $0 != "\t" }.split(separator: ";")
            let isRefused = parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
            if parts.first == "gzip" || parts.first == "x-gzip" { return !isRefused }
            if parts.first == "*" { others = !isRefused }
        }
        return others
    }

    fileprivate func knows(_ etag: String) -> Bool {
        let tags = headers[.ifNoneMatch]?.split(separator: ",").map(Self.weakTag) ?? []
        return tags.contains(etag[...]) || tags.contains("*")
    }

    /// The tag for the weak comparison of RFC 9110 §8.8.3.2: a proxy that compresses makes tags weak.
    private static func weakTag(_ tag: Substring) -> Substring {
        let tag = tag.drop { $0 == " " }
        return tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
}
