import Desk
import Dispatch
import Foundation
import GRDB
import Synchronization

/// Keeps the index up with what is written: looks four times a second, and then does part after part, each as one
/// write among the others. What was erased is merged away first. On a thread of its own, which it holds up as it likes.
final class SearchIndexing: Sendable {
    private static let interval = DispatchTimeInterval.milliseconds(250)
    /// How long others wait while a part is added, beside the time its commit takes.
    private static let patience = Duration.microseconds(1500)
    /// How long it rests after a write for which others had to wait, in times as long as that took.
    private static let rest = 14.0
    /// In seconds: where the disk takes long, ``stop()`` need not.
    private static let longestRest = 0.25
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
            let (isEraseMergePlanned, isBehind) = try pool.read { db in
                (try Self.hasMergePlanned(in: db), try SearchIndex.isBehind(in: db))
            }
            if isEraseMergePlanned { try mergeErased() }
            // A part that is not whole ends it: words of one message at a time cost many times as much as of hundreds.
            while isBehind, isRunning.withLock(\.self), try addPart() {}
        } catch {
            return
        }
    }

    /// - Returns: Whether another one should follow at once. What was erased meanwhile does not wait for all of them.
    private func addPart() throws -> Bool {
        let isNextDue = try write { [commits] db in
            let end = ContinuousClock.now + Self.patience
            let isMoreLeft = try SearchIndex.addPart(in: db) { commits.queuedCount > 0 && .now > end }
            return try isMoreLeft && !Self.hasMergePlanned(in: db)
        }
        while isRunning.withLock(\.self), try write({ try SearchIndex.merge(in: $0) }) {}
        return isNextDue
    }

    private func mergeErased() throws {
        try write { db in
            try db.run("UPDATE settings SET value = 'begun' WHERE name = ?", [Self.mergeName])
            try SearchIndex.beginMergingAll(in: db)
        }
        while try write({ try SearchIndex.merge(in: $0) }) {
            guard isRunning.withLock(\.self) else { return }
        }
        // What was erased meanwhile is not in the parts that were merged: it has planned another merge.
        try write { db in
            try SearchIndex.endMergingAll(in: db)
            try db.run("DELETE FROM settings WHERE name = ? AND value = 'begun'", [Self.mergeName])
        }
        // Until then old pages stand in the log. A reader in the way only puts that off.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    /// Where others write meanwhile, what is done here takes a small part of the time: one write after the other would
    /// hold them up for as long as all take. At thousands of messages a second the index may fall behind for a while.
    private func write<Answer: Sendable>(_ body: @escaping @Sendable (Database) throws -> Answer) throws -> Answer {
        let (answer, start) = try commits.writeAsideAndWait { db in
            let start = ContinuousClock.now
            return GroupCommit.Outcome(answer: (try body(db), start))
        }
        if commits.queuedCount > 0 {
            Thread.sleep(forTimeInterval: min(Self.longestRest, Self.rest * ((.now - start) / .seconds(1))))
        }
        return answer
    }

    private static func hasMergePlanned(in db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM settings WHERE name = ?", [mergeName]) { _ in true } ?? false
    }
}
