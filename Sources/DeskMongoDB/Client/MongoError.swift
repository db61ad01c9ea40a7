#if MongoDB
/// Why a command did not do what it should.
enum MongoError: Error, Equatable, Sendable {
    /// A unique index has that key already. Nothing was written.
    case duplicateKey
    /// The server is not there, not the primary, or did not confirm in time. Whether a write was done is not known.
    case unreachable(code: Int)
    /// The server says no.
    case refused(code: Int)
    /// More commands wait than the pool takes.
    case busy
    /// What came back is not what was asked for.
    case malformed

    static let duplicateKeyCode = 11000
    /// Of servers that step down, start or stop, and of a majority that does not answer in time (MongoDB's
    /// specification of retryable writes, "Determining Retryable Errors", and WriteConcernFailed).
    private static let unreachableCodes: Set<Int> = [
        6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
    ]

    /// - Parameter isFromServer: Whether a server said it, or the driver.
    init(code: Int, isFromServer: Bool) {
        if code == Self.duplicateKeyCode {
            self = .duplicateKey
        } else if !isFromServer || Self.unreachableCodes.contains(code) {
            self = .unreachable(code: code)
        } else {
            self = .refused(code: code)
        }
    }
}
#endif
