#if MongoDB
/// What a field of a document holds, as far as this store writes any.
enum BSONValue: Equatable, Sendable {
    case double(Double)
    case string(String)
    case document(BSONDocument)
    case array([BSONValue])
    case bool(Bool)
    case null
    case int(Int64)
    /// Of a type that this store does not use: skipped, not lost on.
    case other
}

/// Fields in order: for a command, the first one is its name.
struct BSONDocument: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    private(set) var fields: [Field] = []

    struct Field: Equatable, Sendable {
        var name: String
        var value: BSONValue
    }

    init() {}

    /// Fields whose value is nil are left out.
    init(dictionaryLiteral elements: (String, BSONValue?)...) {
        fields = elements.compactMap { name, value in value.map { Field(name: name, value: $0) } }
    }

    /// Nil takes the field away. For a name that is there twice, the first one counts.
    subscript(name: String) -> BSONValue? {
        get { fields.first { $0.name == name }?.value }
        set {
            let index = fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    mutating func append(_ name: String, _ value: BSONValue) {
        fields.append(Field(name: name, value: value))
    }
}

extension BSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: BSONValue...) { self = .array(elements) }

    init(dictionaryLiteral elements: (String, BSONValue)...) {
        var document = BSONDocument()
        for (name, value) in elements { document.append(name, value) }
        self = .document(document)
    }

    static func int(_ value: Int) -> BSONValue { .int(Int64(value)) }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var document: BSONDocument? { if case .document(let value) = self { value } else { nil } }
    var array: [BSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// Servers answer with whatever type of number they like.
    var int: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }
}
#endif
