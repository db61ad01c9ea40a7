#if MongoDB
import Desk

/// Fields as the store's own documents have them. One that is missing or spelled otherwise was not written by it.
extension BSONDocument {
    func text(_ name: String) throws(MongoError) -> String {
        guard let value = self[name]?.string else { throw .malformed }
        return value
    }

    func number(_ name: String) throws(MongoError) -> Int {
        guard let value = self[name]?.int else { throw .malformed }
        return Int(value)
    }

    func flag(_ name: String) throws(MongoError) -> Bool {
        guard let value = self[name]?.bool else { throw .malformed }
        return value
    }

    func moment(_ name: String) throws(MongoError) -> Timestamp {
        Timestamp(milliseconds: Int64(try number(name)))
    }

    func optionalMoment(_ name: String) -> Timestamp? {
        self[name]?.int.map(Timestamp.init(milliseconds:))
    }

    func spelled<Value: RawRepresentable<String>>(_ name: String) throws(MongoError) -> Value {
        guard let value = Value(rawValue: try text(name)) else { throw .malformed }
        return value
    }

    func nested(_ name: String) throws(MongoError) -> BSONDocument {
        guard let value = self[name]?.document else { throw .malformed }
        return value
    }
}

extension Timestamp {
    var bson: BSONValue { .int(milliseconds) }
}

extension Author {
    var document: BSONDocument {
        ["userId": .string(userID), "role": .string(role.rawValue), "name": .string(name)]
    }

    init(document: BSONDocument) throws(MongoError) {
        self.init(
            userID: try document.text("userId"),
            role: try document.spelled("role"),
            name: try document.text("name")
        )
    }
}
#endif
