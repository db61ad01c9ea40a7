/// Why a store takes no writes. Reading goes on. The spelling is what `/readyz` says.
package enum StoreTrouble: String, Sendable {
    case diskFull = "disk_full"
    case readOnly = "read_only"
    /// Another process has held the store for longer than a write waits.
    case locked
    /// The disk reports errors, or what it gives back is not what was written.
    case ioError = "io_error"
    /// No server of the database answers that takes writes.
    case unreachable
}
