import Foundation
import NIOCore
import NIOPosix

/// Debian's Redis on a free port of loopback, with a directory of its own.
package final class RedisServer {
    package static let binary = [
        "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server",
    ]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

    package let port: Int
    private let directory: URL
    private let options: [String]
    private var process: ChildProcess?

    /// - Parameter tls: options with which it speaks TLS alone.
    package init(_ options: String..., tls: [String] = []) async throws {
        self.port = try await freePort()
        let ports = tls.isEmpty ? ["--port", "\(self.port)"] : ["--port", "0", "--tls-port", "\(self.port)"]
        self.options = options + ports + tls
        self.directory = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        try self.start()
        try await self.listening()
    }

    /// One that does not come up would keep its test waiting for ever.
    private func listening() async throws {
        for _ in 0..<500 {
            if let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: self.port).get()
            {
                try await channel.close()
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChildProcess.Failure(program: "redis-server", reason: "does not listen on port \(self.port)")
    }

    /// Everything is on the disk before it is answered, so that a kill loses nothing.
    package func start() throws {
        guard let binary = Self.binary else {
            throw ChildProcess.Failure(program: "redis-server", reason: "is not installed")
        }
        self.process = try ChildProcess(
            binary,
            ["--bind", "127.0.0.1", "--dir", self.directory.path, "--save", ""]
                + ["--appendonly", "yes", "--appendfsync", "always"] + self.options
        )
    }

    package func kill() {
        self.process?.kill()
    }

    /// It keeps its connections and answers nothing.
    package func pause() { self.process?.send(SIGSTOP) }

    package func resume() { self.process?.send(SIGCONT) }

    /// What was stored is gone at the next start.
    package func forget() throws {
        for file in try FileManager.default.contentsOfDirectory(at: self.directory, includingPropertiesForKeys: nil) {
            try FileManager.default.removeItem(at: file)
        }
    }

    deinit {
        self.kill()
        try? FileManager.default.removeItem(at: self.directory)
    }
}

/// Not one of those that the system gives to connections, of which another test may get it at any moment.
private func freePort() async throws -> Int {
    while true {
        let port = Int.random(in: 20_000..<32_000)
        guard
            let channel = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: port).get()
        else {
            continue
        }
        try await channel.close()
        return port
    }
}

/// A certificate for 127.0.0.1 that vouches for itself.
package final class TestCertificate {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "certificate-\(UUID().uuidString)")
    package var chain: String { self.directory.appending(path: "chain.pem").path }
    package var key: String { self.directory.appending(path: "key.pem").path }

    package init() throws {
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        let openssl = try ChildProcess(
            "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-days", "1", "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1"]
                + ["-keyout", self.key, "-out", self.chain]
        )
        guard openssl.wait() == 0 else { throw ChildProcess.Failure(program: "openssl", reason: "made no certificate") }
    }

    deinit { try? FileManager.default.removeItem(at: self.directory) }
}
