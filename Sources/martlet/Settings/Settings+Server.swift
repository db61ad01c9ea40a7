import Desk
import DeskServer
import Foundation
import Logging

/// What the keys mean to a server. All of it is checked before anything is touched.
extension Settings {
    func serverConfiguration() throws -> ServerConfiguration {
        var server = ServerConfiguration()
        server.host = try value(.host, default: server.host, expected: "an address") { $0.isEmpty ? nil : $0 }
        server.port = try value(.port, default: server.port, expected: "a number from 0 to 65535") { text in
            UInt16(text).map(Int.init)
        }
        server.publicOrigin = try value(
            .publicURL,
            default: nil,
            expected: "an http or https URL without a path, such as https://help.example.com"
        ) { WebOrigin($0).map(Optional.some) }
        server.allowedOrigins = try value(
            .allowedOrigins,
            default: [],
            expected: "origins such as https://shop.example.com, separated by commas"
        ) { text in
            let items = text.split(separator: ",").map { WebOrigin($0.trimmingCharacters(in: .whitespaces)) }
            return items.contains(nil) ? nil : Set(items.compactMap(\.self))
        }
        server.retention = try value(.retentionDays, default: server.retention, expected: "days from 0 to 36500") {
            text in
            UInt16(text).flatMap { try? Retention(days: Int($0)) }
        }
        server.trustedProxies = try value(
            .trustedProxies,
            default: [],
            expected: "addresses or networks such as 10.0.0.0/8, separated by commas"
        ) { text in
            let items = text.split(separator: ",").map { IPRange($0.trimmingCharacters(in: .whitespaces)) }
            return items.contains(nil) ? nil : items.compactMap(\.self)
        }
        server.limits = try limits()
        if server.limits == nil, !server.isLoopback {
            throw CommandFailure("--limits off is for benchmarks, and needs a loopback address for --host")
        }
        server.shutdownTimeout = try value(
            .shutdownTimeout,
            default: server.shutdownTimeout,
            expected: "a number of seconds from 1 to 3600"
        ) { text in
            Int(text).flatMap { (1...3600).contains($0) ? .seconds($0) : nil }
        }
        server.webDirectory = try value(.webDirectory, default: nil, expected: "a directory with the pages") { path in
            FileManager.default.fileExists(atPath: path + "/customer/index.html") ? .some(path) : nil
        }
        server.metricsToken = try value(
            .metricsToken,
            default: nil,
            expected: "16 to 1024 visible ASCII characters"
        ) { text in
            let isVisible = text.utf8.allSatisfy { (33...126).contains($0) }
            return isVisible && (16...1024).contains(text.utf8.count) ? .some(text) : nil
        }
        switch (self[.tlsCertificate], self[.tlsKey]) {
        case (nil, nil): break
        case (let certificate?, let key?): server.tls = try TLSCredentials(certificate: certificate, key: key)
        default: throw CommandFailure("--tls-cert and --tls-key go together")
        }
        return server
    }

    /// Nil: none at all.
    private func limits() throws(CommandFailure) -> Limits? {
        switch self[.limits] {
        case nil, "default": return Limits()
        case "off": return nil
        case let changes?:
            do throws(Limits.Failure) {
                return try Limits(changes: changes)
            } catch {
                throw CommandFailure("--limits (\(Setting.limits.environmentName)): \(error)")
            }
        }
    }

    /// Nil: one is kept in the data directory.
    func jwtSecret() throws(CommandFailure) -> [UInt8]? {
        try value(.jwtSecret, default: nil, expected: "at least 32 bytes") { text in
            text.utf8.count >= 32 ? .some(Array(text.utf8)) : nil
        }
    }

    func logLevel() throws(CommandFailure) -> Logger.Level {
        let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(.logLevel, default: .info, expected: "one of \(names)", Logger.Level.init(rawValue:))
    }
}
