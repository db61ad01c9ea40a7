#if MongoDB
/// Why a database cannot be used: what stops the start. The description is one line for the operator.
package enum MongoFailure: Error, Equatable, CustomStringConvertible {
    case unreachable(code: Int)
    case refused(code: Int)
    /// An index is there with the name of one of ours and other fields.
    case otherIndex
    /// The key that signs logins is not the one of the other servers on this database.
    case otherLoginKey
    /// The other servers on this database were given theirs.
    case missingLoginKey
    case malformedKeys
    /// Something is there that is not the copy, or a copy that is whole.
    case notEmpty
    case unfinishedCopy
    case busy

    /// libmongoc's, of a server that did not let it in.
    private static let loginRefused = 11
    /// MongoDB's, `IndexOptionsConflict` and `IndexKeySpecsConflict`.
    private static let indexConflicts: Set<Int> = [85, 86]

    init(_ error: MongoError) {
        self =
            switch error {
            case .unreachable(let code): .unreachable(code: code)
            case .refused(let code) where Self.indexConflicts.contains(code): .otherIndex
            case .refused(let code): .refused(code: code)
            case .malformed: .malformedKeys
            case .duplicateKey, .busy: .busy
            }
    }

    package var description: String {
        switch self {
        case .unreachable(code: Self.loginRefused): "MongoDB does not let this login in"
        case .unreachable(let code):
            "no primary of MongoDB's replica set can be reached: is the address, the name of the set, the login or TLS wrong? "
                + "(code \(code))"
        case .refused(let code): "MongoDB refuses what martlet needs (code \(code))"
        case .otherIndex:
            "an index in MongoDB has the name of one of martlet's, and other fields: is it another program's database?"
        case .otherLoginKey:
            "the key that signs logins is not the one that this database is served with; if it was changed on purpose, "
                + "`martlet secret rotate` with the new one makes it count"
        case .missingLoginKey:
            "this database is served with a key that signs logins and is given to each server: give it to this one too"
        case .malformedKeys: "the keys in MongoDB are not what martlet wrote"
        case .notEmpty: "this MongoDB is not empty: it was copied into before, or is in use; nothing was changed"
        case .unfinishedCopy: "martlet migrate has not finished with this MongoDB: run it again"
        case .busy: "MongoDB is busy"
        }
    }
}
#endif
