/// Why a data directory or its database cannot be used: what stops the start. The description is one
/// line for the operator.
package enum StorageError: Error, Equatable, CustomStringConvertible {
    case notWritable(path: String, reason: String)
    /// A server runs on this data directory.
    case inUse(path: String)
    case newerDatabase(path: String, version: Int, supported: Int)
    /// It is missing or has to be migrated, and may not be now.
    case olderDatabase(path: String)
    /// Not SQLite, or the database of another program.
    case foreignDatabase(path: String)
    /// A part of it is missing, or not what was written.
    case damagedDatabase(path: String)
    case brokenSecret(path: String)
    case missing(path: String)
    case alreadyThere(path: String)
    case notCopied(path: String, target: String, reason: String)
    case unusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .notWritable(let path, let reason):
            "cannot write to \(path): \(reason)"
        case .inUse(let path):
            "another martlet serves from \(path)"
        case .newerDatabase(let path, let version, let supported):
            "\(path) has version \(version), this martlet understands up to \(supported); nothing was changed"
        case .olderDatabase(let path):
            "\(path) has to be brought up to date first, which this martlet does not do beside a running server"
        case .foreignDatabase(let path):
            "\(path) is not a database of martlet; nothing was changed"
        case .damagedDatabase(let path):
            "\(path) is damaged or was not copied to its end; restore it from a copy"
        case .brokenSecret(let path):
            "\(path) should hold exactly \(SecretFile.byteCount) bytes"
        case .missing(let path):
            "there is no \(path)"
        case .alreadyThere(let path):
            "\(path) is there already; --force replaces it"
        case .notCopied(let path, let target, let reason):
            "cannot copy \(path) to \(target): \(reason)"
        case .unusable(let path, let reason):
            "cannot use \(path): \(reason)"
        }
    }
}
