// So that an event reads as it does elsewhere: `socket.emit("moved", ["x": 3, "y": 4.5])`.

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A string.
    public init(stringLiteral value: String) {
        self = .written(value)
    }
}

extension JSON: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) {
        self = .written(value)
    }
}

extension JSON: ExpressibleByFloatLiteral {
    /// A number.
    public init(floatLiteral value: Double) {
        self = .written(value)
    }
}

extension JSON: ExpressibleByBooleanLiteral {
    /// A truth value.
    public init(booleanLiteral value: Bool) {
        self = .written(value)
    }
}

extension JSON: ExpressibleByNilLiteral {
    /// `null`.
    public init(nilLiteral: ()) {
        self = .null
    }
}

extension JSON: ExpressibleByArrayLiteral {
    /// An array.
    public init(arrayLiteral elements: JSON...) {
        self = .written(elements)
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// An object with its fields in the order given.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object { object in
            for (name, value) in elements { object.field(name, value) }
        }
    }
}
