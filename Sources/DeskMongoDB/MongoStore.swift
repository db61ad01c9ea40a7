#if MongoDB
package import Desk
import Synchronization

/// The store on MongoDB, without transactions: whatever must happen at once is one document.
package final class MongoStore: DeskStore {
    let database: MongoDatabase
    let turns = Turns()
    private let publishing = Mutex(())
    private let outage: Outage

    /// Makes the indexes that are missing.
    ///
    /// - Throws: ``MongoError/refused(code:)`` if one is there with other fields.
    init(client: MongoClient) async throws(MongoError) {
        try await Indexes.make(in: client)
        database = MongoDatabase(client: client)
        outage = Outage(of: client)
    }

    package var trouble: StoreTrouble? { outage.trouble }

    /// One call at a time, as ``Publish`` promises.
    func publish(_ events: [DeskEvent], to publish: Publish) {
        guard !events.isEmpty else { return }
        publishing.withLock { _ in publish(events) }
    }

    /// Runs what asks the database; its trouble is not the desk's.
    func attempt<Answer>(_ body: () async throws -> Answer) async throws(DeskError) -> Answer {
        do {
            return try await body()
        } catch let error as DeskError {
            throw error
        } catch MongoError.unreachable {
            outage.begin()
            throw .unavailable
        } catch {
            throw .unavailable
        }
    }
}
#endif
