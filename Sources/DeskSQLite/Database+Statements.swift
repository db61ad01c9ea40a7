import Desk
import GRDB

/// Cached statements and row cursors: compiling SQL and decoding through Codable would each cost more
/// than the query.
extension Database {
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
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
