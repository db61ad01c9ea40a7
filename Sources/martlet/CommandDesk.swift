import Desk
import DeskSQLite
import DeskServer
import Foundation

#if MongoDB
import DeskMongoDB
#endif

/// The desk of the commands that work on the data, whether or not servers run.
enum CommandDesk {
    /// Opens the store, does the work, and closes it. The desk's errors become sentences.
    ///
    /// - Parameters:
    ///   - creates: Whether a data directory that is not there is made; otherwise it was mistyped.
    ///   - check: Comes before anything is opened or made.
    static func with<Answer>(
        _ choice: StoreChoice,
        creates: Bool = false,
        check: () throws(DeskError) -> Void = {},
        _ work: (Desk) async throws -> Answer
    ) async throws -> Answer {
        do throws(DeskError) {
            try check()
        } catch {
            throw CommandFailure(sentence(for: error))
        }
        let (store, close) = try await open(choice, creates: creates)
        defer { close() }
        let desk = Desk(
            store: store,
            now: SystemClock.now,
            makeID: {
                var generator = SystemRandomNumberGenerator()
                return RandomID.make(using: &generator)
            },
            publish: { _ in }
        )
        do {
            return try await work(desk)
        } catch DeskError.unavailable {
            throw CommandFailure(sentence(for: desk.trouble))
        } catch let error as DeskError {
            throw CommandFailure(sentence(for: error))
        }
    }

    private static func open(_ choice: StoreChoice, creates: Bool) async throws -> (any DeskStore, () -> Void) {
        switch choice {
        case .sqlite(let directory):
            let data = try creates ? DataDirectory(path: directory) : DataDirectoryOption.existing(at: directory)
            let store = try data.openStoreBesideServer { incident in
                if case .failure(let error) = incident { printError("the store failed: \(error)") }
            }
            return (store, store.close)
        #if MongoDB
        case .mongoDB(let options):
            return (try await MongoStore(options), {})
        #endif
        }
    }

    /// Writes into the audit log what has been done to files. It stays done if that fails, and the operator hears of it.
    static func note(_ action: AuditAction, in choice: StoreChoice) async {
        do {
            try await with(choice) { try await $0.record(action, by: .commandLine) }
        } catch {
            printError("the audit log does not tell of this: \(error)")
        }
    }

    /// - Throws: ``CommandFailure`` if there is no such agent.
    static func find(_ username: String, in desk: Desk) async throws -> Account {
        guard let account = try await desk.account(username: username) else {
            throw CommandFailure("there is no agent \(username)")
        }
        return account
    }

    private static func sentence(for error: DeskError) -> String {
        switch error {
        case .invalid(field: "username"): "a username is 1 to 64 letters, digits and . _ - @ +"
        case .invalid(field: "name"): "a name is 1 to 200 characters"
        case .invalid(field: "password"):
            "a password is at least \(PasswordPolicy.minimumCharacters) characters, at most \(PasswordPolicy.maximumBytes) bytes, and none "
                + "that is tried first: no common one, no row of neighbours, not the username"
        case .invalid(field: "words"):
            "the filter takes at most \(WordFilter.maximumWords) words of 1 to 64 characters, each with a letter or digit"
        default: "this is not possible"
        }
    }

    private static func sentence(for trouble: StoreTrouble?) -> String {
        switch trouble {
        case .diskFull: "the disk is full; nothing was changed"
        case .readOnly: "the data directory is read-only; nothing was changed"
        case .locked: "another program has locked the database; nothing was changed"
        case .ioError: "the disk reports errors"
        case .unreachable: "no database server answers that takes writes"
        case nil: "the database cannot be used now"
        }
    }
}
