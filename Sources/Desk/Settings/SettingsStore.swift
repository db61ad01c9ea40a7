/// The store's part for what an admin sets for everybody.
package protocol SettingsStore: Sendable {
    /// ``WordFilter/off`` until one is set.
    func wordFilter() async throws(DeskError) -> WordFilter

    func setWordFilter(_ filter: WordFilter) async throws(DeskError)
}
