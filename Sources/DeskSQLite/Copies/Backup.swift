import Foundation
import GRDB

/// All that a data directory holds, in one file: a copy of the database with the secrets in a table of its own.
package enum Backup {
    /// Not a part of ``Schema``: it is there from the copy to the restore.
    private static let secretTable = "backedUpSecrets"

    /// Saves a data directory, whether or not a server runs on it. What was committed before this began is in it.
    /// The file is complete, checked and on disk, or not there. Blocks for as long as that takes.
    ///
    /// - Parameters:
    ///   - path: Of the file, which only its owner can read. The data directory's own files are refused.
    ///   - replaces: Whether a file that is there gives way.
    /// - Returns: What the copy holds, and whether the data has a fault.
    /// - Throws: ``StorageError``.
    package static func save(
        _ data: DataDirectory,
        to path: String,
        replaces: Bool
    ) throws(StorageError) -> Verification {
        guard try DatabaseFile.state(at: data.databasePath) != .absent else {
            throw .missing(path: data.databasePath)
        }
        try checkPlace(path, beside: data, replaces: replaces)
        var secrets: [DataDirectory.Secret: [UInt8]] = [:]
        for secret in DataDirectory.Secret.allCases { secrets[secret] = try SecretFile.read(at: data.path(of: secret)) }
        let copy = try DatabaseCopy(of: data.databasePath, to: path)
        try write(secrets, to: copy.path)
        let found = try Verification(of: copy.path)
        guard !found.faults.contains(where: { $0.check == .integrity }) else { throw .damagedDatabase(path: copy.path) }
        try copy.publish(replaces: replaces)
        return found
    }

    private static func checkPlace(
        _ path: String,
        beside data: DataDirectory,
        replaces: Bool
    ) throws(StorageError) {
        do {
            guard let there = try FileStatus(of: path) else { return }
            for own in data.files where try there == FileStatus(of: own) {
                throw StorageError.notWritable(path: path, reason: "it belongs to the data directory")
            }
            guard replaces else { throw StorageError.alreadyThere(path: path) }
        } catch let error as StorageError {
            throw error
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    private static func write(
        _ secrets: [DataDirectory.Secret: [UInt8]],
        to path: String
    ) throws(StorageError) {
        try change(path) { db in
            try db.execute(
                sql: "CREATE TABLE \(secretTable) (name TEXT PRIMARY KEY NOT NULL, bytes BLOB NOT NULL) STRICT"
            )
            for (secret, bytes) in secrets {
                try db.execute(
                    sql: "INSERT INTO \(secretTable) VALUES (?, ?)",
                    arguments: [secret.rawValue, Data(bytes)]
                )
            }
        }
    }

    /// Takes the secrets out again; none for a database that is no backup.
    static func takeSecrets(from path: String) throws(StorageError) -> [DataDirectory.Secret: [UInt8]] {
        try change(path) { db in
            guard try db.tableExists(secretTable) else { return [:] }
            var secrets: [DataDirectory.Secret: [UInt8]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT name, bytes FROM \(secretTable)") {
                guard let secret = DataDirectory.Secret(rawValue: row[0]) else { continue }
                let bytes: [UInt8] = Array(row[1] as Data)
                guard bytes.count == SecretFile.byteCount else { throw StorageError.brokenSecret(path: path) }
                secrets[secret] = bytes
            }
            try db.execute(sql: "PRAGMA secure_delete = ON; DROP TABLE \(secretTable)")
            return secrets
        }
    }

    private static func change<Answer>(
        _ path: String,
        _ body: (Database) throws -> Answer
    ) throws(StorageError) -> Answer {
        do {
            let queue = try DatabaseQueue(path: path)
            let answer = try queue.inDatabase { db in
                var answer: Answer?
                try db.inTransaction {
                    answer = try body(db)
                    return .commit
                }
                return answer
            }
            try queue.close()
            guard let answer else { throw DatabaseError(message: "nothing was done") }
            return answer
        } catch let error as StorageError {
            throw error
        } catch {
            throw .unusable(path: path, reason: (error as? DatabaseError)?.message ?? "\(error)")
        }
    }
}
