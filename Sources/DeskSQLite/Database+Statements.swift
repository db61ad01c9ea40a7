import Desk
import GRDB
import GRDBSQLite

/// Cached statements and row cursors: compiling SQL and decoding through Codable would each cost more
/// than the query.
extension Database {
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The same for what every message needs: arguments as existentials in an array cost as much as the statement.
    ///
    /// - Parameter bind: Adds all arguments, in order.
    func run(_ sql: String, _ bind: (inout BoundArguments) -> Void) throws {
        let handle = try cachedStatement(sql: sql).sqliteStatement
        var arguments = BoundArguments(statement: handle)
        bind(&arguments)
        defer { sqlite3_reset(handle) }
        guard sqlite3_step(handle) == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
                message: String(cString: sqlite3_errmsg(sqliteConnection)),
                sql: sql
            )
        }
    }

    func first<Value>(
        _ sql: String,
        _ arguments: StatementArguments = [],
        _ decode: (Row) throws -> Value
    ) throws -> Value? {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        // The row is the statement's, which is reset together with the cursor.
        return try withExtendedLifetime(cursor) { try cursor.next().map(decode) }
    }

    /// - Parameter isWanted: False ends the reading after this row.
    func each(
        _ sql: String,
        _ arguments: StatementArguments = [],
        _ isWanted: (Row) throws -> Bool
    ) throws {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        try withExtendedLifetime(cursor) {
            while let row = try cursor.next(), try isWanted(row) {}
        }
    }

    func all<Value>(
        _ sql: String,
        _ arguments: StatementArguments = [],
        _ decode: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() { values.append(try decode(row)) }
        return values
    }
}

/// Binds the arguments of a statement, in order. What cannot be bound is null, which the columns that matter refuse.
struct BoundArguments {
    /// Tells SQLite to copy what it gets: its own constant for that, which Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate let statement: OpaquePointer
    private var index: Int32 = 0

    fileprivate init(statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func add(_ value: Int64?) {
        index += 1
        if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
    }

    mutating func add(_ value: Int?) {
        add(value.map(Int64.init))
    }

    mutating func add(_ value: String?) {
        index += 1
        guard var value else {
            sqlite3_bind_null(statement, index)
            return
        }
        // What Swift makes of a String for a C function is a copy with a zero behind it.
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        }
    }
}

/// Columns are `STRICT` and `NOT NULL` unless the type read is an Optional, so a subscript cannot fail.
extension Row {
    func timestamp(_ index: Int) -> Timestamp {
        Timestamp(milliseconds: self[index])
    }

    func optionalTimestamp(_ index: Int) -> Timestamp? {
        (self[index] as Int64?).map(Timestamp.init(milliseconds:))
    }

    /// - Throws: For a spelling that this version does not know.
    func spelled<Value: RawRepresentable<String>>(_ index: Int) throws -> Value {
        let spelling: String = self[index]
        guard let value = Value(rawValue: spelling) else {
            throw DatabaseError(message: "unknown \(Value.self) in the database")
        }
        return value
    }

    func optionalSpelled<Value: RawRepresentable<String>>(_ index: Int) throws -> Value? {
        self.hasNull(atIndex: index) ? nil : try spelled(index)
    }
}
