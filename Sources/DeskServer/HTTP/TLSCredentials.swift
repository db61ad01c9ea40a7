import NIOSSL

/// A certificate chain and its key, read from files.
package struct TLSCredentials: Sendable {
    let configuration: TLSConfiguration

    /// Why they cannot be used: one line for the operator.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters: Paths of PEM files; the first holds the whole chain.
    /// - Throws: ``Failure`` if a file cannot be read, or the two do not belong together.
    package init(certificate: String, key keyFile: String) throws(Failure) {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw Failure(description: "no certificate can be read from \(certificate)")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw Failure(description: "no private key can be read from \(keyFile)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        // Without it a client could ask for HTTP/2, which is not spoken here.
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure(description: "\(certificate) and \(keyFile) do not belong together")
        }
        self.configuration = configuration
    }
}
