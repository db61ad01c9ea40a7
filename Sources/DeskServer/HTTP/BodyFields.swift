import Desk
import EngineIO
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SocketIO

/// The fields of a request's body, and in which form they came.
struct BodyFields {
    /// Sent by a page's form: it is answered with a redirect.
    let isForm: Bool
    private let values: [String: String]

    /// Far more than any of our requests needs.
    static let maxBytes = 16 << 10

    /// - Throws: ``RequestFailure``: 413 if the body is too large, 400 if it is neither a JSON object nor
    ///   a form, or does not come to its end.
    init(_ request: Request, logger: Logger) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        let body = try await request.bytes(upTo: Self.maxBytes, logger: logger)
        isForm = type == "application/x-www-form-urlencoded"
        if isForm {
            let query = Query(target: "?" + String(buffer: body))
            values = Dictionary(query.all.map { ($0.name, $0.value) }) { first, _ in first }
        } else {
            guard let object = try? JSON(validating: body).object else { throw RequestFailure.notAnObject }
            values = Dictionary(object.fields.compactMap { field in field.value.string.map { (field.name, $0) } }) {
                $1
            }
        }
    }

    /// - Throws: ``RequestFailure``: 400 if the field is missing or no string.
    func string(_ name: String) throws -> String {
        guard let value = values[name] else { throw RequestFailure(.invalid(field: name)) }
        return value
    }

    /// Nil if it is missing or no string.
    func optionalString(_ name: String) -> String? {
        values[name]
    }
}

extension EventPayload {
    /// Far more than most of our requests need.
    static let maxBytes = 64 << 10

    /// Takes a request's body: one JSON object.
    ///
    /// - Throws: ``RequestFailure`` as ``BodyFields``.
    init(_ request: Request, upTo maxBytes: Int = Self.maxBytes, logger: Logger) async throws {
        let body = try await request.bytes(upTo: maxBytes, logger: logger)
        guard let object = try? JSON(validating: body).object else { throw RequestFailure.notAnObject }
        self.init(object)
    }
}

extension Request {
    fileprivate func bytes(upTo maxBytes: Int, logger: Logger) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: maxBytes)
        } catch is NIOTooManyBytesError {
            throw RequestFailure(.tooLarge)
        } catch {
            // Broken chunks, or a client that left: theirs to mend.
            logger.debug("A request's body broke off", metadata: ["error": "\(error)"])
            throw RequestFailure.notAnObject
        }
    }
}
