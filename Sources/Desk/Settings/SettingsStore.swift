/// The store's part for what an admin sets for everybody.
package protocol SettingsStore: Sendable {
    /// ``WordFilter/off`` until one is set.
    func wordFilter() async throws(DeskError) -> WordFilter

    /// Writes nothing if it is the one in force.
    func setWordFilter(_ filter: WordFilter, audit: AuditEntry) async throws(DeskError)

    /// ``Retention/standard`` until one is set.
    func retention() async throws(DeskError) -> Retention

    /// Writes nothing if it is the one in force.
    func setRetention(_ retention: Retention, audit: AuditEntry) async throws(DeskError)
}
