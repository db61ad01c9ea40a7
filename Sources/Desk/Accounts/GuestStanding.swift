/// What the store knows of a guest's id.
package enum GuestStanding: Sendable, Equatable {
    /// Nothing yet, or nothing any more.
    case unknown
    case known(Guest)
    /// A site has vouched for who that was: the tickets have moved to another id, and this one is of no use.
    case retired
}

/// What a rule about a guest whom a site vouches for may look at, read inside the write.
package struct AdoptionFacts: Sendable {
    package var known: Guest?
    /// As whom they came, if they are stored.
    package var former: Guest?

    package init(known: Guest?, former: Guest?) {
        self.known = known
        self.former = former
    }
}

/// What such a rule decided.
package struct Adoption: Sendable {
    package var guest: Guest
    /// All tickets and messages of that one become the guest's, and its id is retired.
    package var retires: Guest.ID?

    package init(guest: Guest, retires: Guest.ID?) {
        self.guest = guest
        self.retires = retires
    }
}
