import Desk
import Dispatch
import Foundation
import GRDB
import Synchronization

/// Keeps the index up with what is written: looks four times a second, and then does part after part, each as one
/// write among the others. What was erased is merged away first. On a thread of its own, which it holds up as it likes.
final class SearchIndexing: Sendable {
    private static let interval = DispatchTimeInterval.milliseconds(250)
    private static let mergeName = "searchMerge"

    private let pool: DatabasePool
    private let commits: GroupCommit
    private let queue = DispatchQueue(label: "martlet.search", qos: .utility)
    private let isRunning = Mutex(false)

    init(pool: DatabasePool, commits: GroupCommit) {
        self.pool = pool
        self.commits = commits
    }

    func start() {
        isRunning.withLock { $0 = true }
        lookLater()
    }

    /// Waits for the part that is being done.
    func stop() {
        isRunning.withLock { $0 = false }
        queue.sync {}
    }

    /// What was taken out of the index has to be merged away, also after a crash.
    static func plan(mergeIn db: Database) throws {
        try db.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, 'planned')", [Self.mergeName])
    }

    private func lookLater() {
        queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
            guard let self, isRunning.withLock(\.self) else { return }
            catchUp()
            lookLater()
        }
    }

    /// Trouble of the store is reported where writes meet it; the next look goes on.
    private func catchUp() {
        do {
            let (merges, isBehind) = try pool.read { db in
                (try Self.hasMergePlanned(in: db), try SearchIndex.isBehind(in: db))
            }
            if merges { try merge() }
            // A part that is not whole ends it: words of one message at a time cost many times as much as of hundreds.
            while isBehind, isRunning.withLock(\.self), try addPart() {}
        } catch {
            return
        }
    }

    /// Where others write meanwhile, it takes a quarter of the time: one part after the other would hold them up for as
    /// long as all parts take.
    private func addPart() throws -> Bool {
        let start = ContinuousClock.now
        let (isWhole, othersWait) = try write { [commits] db in
            (try SearchIndex.addPart(in: db), commits.queuedCount > 0)
        }
        if isWhole, othersWait { Thread.sleep(forTimeInterval: 3 * ((.now - start) / .seconds(1))) }
        return isWhole
    }

    private func merge() throws {
        var isFirst = true
        while try write({ [isFirst] db in
            if isFirst { try db.run("UPDATE settings SET value = 'begun' WHERE name = ?", [Self.mergeName]) }
            return try SearchIndex.mergePart(isFirst: isFirst, in: db)
        }) {
            isFirst = false
            guard isRunning.withLock(\.self) else { return }
        }
        // What was erased meanwhile is not in the parts that were merged: it has planned another merge.
        _ = try write { db in
            try db.run("DELETE FROM settings WHERE name = ? AND value = 'begun'", [Self.mergeName])
            return true
        }
        // Until then old pages stand in the log. A reader in the way only puts that off.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    private func write<Answer: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Answer
    ) throws(DeskError) -> Answer {
        try commits.writeAndWait { GroupCommit.Outcome(answer: try body($0)) }
    }

    private static func hasMergePlanned(in db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM settings WHERE name = ?", [mergeName]) { _ in true } ?? false
    }
}
