import NIOCore
import NIOHTTP1

/// A refused Engine.IO request, with the reference server's code, text and status.
enum RequestError: Error, Equatable {
    case unknownTransport
    case unknownSession
    case badHandshakeMethod
    case badRequest
    case forbidden
    case unsupportedProtocolVersion
    case payloadTooLarge
    case shuttingDown
    case notFound

    var status: HTTPResponseStatus {
        switch self {
        case .forbidden: .forbidden
        case .payloadTooLarge: .payloadTooLarge
        case .shuttingDown: .serviceUnavailable
        case .notFound: .notFound
        default: .badRequest
        }
    }

    var body: StaticString {
        switch self {
        case .unknownTransport: #"{"code":0,"message":"Transport unknown"}"#
        case .unknownSession: #"{"code":1,"message":"Session ID unknown"}"#
        case .badHandshakeMethod: #"{"code":2,"message":"Bad handshake method"}"#
        case .badRequest: #"{"code":3,"message":"Bad request"}"#
        case .forbidden: #"{"code":4,"message":"Forbidden"}"#
        case .unsupportedProtocolVersion: #"{"code":5,"message":"Unsupported protocol version"}"#
        case .payloadTooLarge: #"{"code":3,"message":"Payload too large"}"#
        case .shuttingDown: #"{"code":3,"message":"Server is shutting down"}"#
        case .notFound: #"{"code":3,"message":"Not found"}"#
        }
    }
}
