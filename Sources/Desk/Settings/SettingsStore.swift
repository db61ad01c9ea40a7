/// The store's part for what an admin sets for everybody.
package protocol SettingsStore: Sendable {
    /// ``WordFilter/off`` until one is set.
    func wordFilter() async throws(DeskError) -> WordFilter

    func setWordFilter(_ filter: WordFilter, audit: AuditEntry) async throws(DeskError)

    /// ``Retention/standard`` until one is set.
    func retention() async throws(DeskError) -> Retention

    func setRetention(_ retention: Retention, audit: AuditEntry) async throws(DeskError)
}
