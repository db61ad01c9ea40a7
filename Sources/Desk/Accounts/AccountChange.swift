/// What an admin changes of an account; nil leaves it as it is. All of it is done, or nothing.
package struct AccountChange: Sendable, Equatable {
    package var name: String?
    package var role: Role?
    package var isDisabled: Bool?
    package var requiresSecondFactor: Bool?

    package init(
        name: String? = nil,
        role: Role? = nil,
        isDisabled: Bool? = nil,
        requiresSecondFactor: Bool? = nil
    ) {
        self.name = name
        self.role = role
        self.isDisabled = isDisabled
        self.requiresSecondFactor = requiresSecondFactor
    }
}
