/// The decisions about guests whom a site vouches for, as pure functions.
enum GuestRules {
    /// What comes with a site's word stands over what is stored, and that over what was typed before anybody vouched for
    /// the guest. Nothing is stored of one who has not written.
    static func adopt(
        _ id: Guest.ID,
        _ details: GuestDetails,
        facts: AdoptionFacts,
        at now: Timestamp
    ) -> Adoption? {
        guard facts.known != nil || facts.former != nil else { return nil }
        var guest = facts.known ?? Guest(id: id, name: nil, email: nil, isVerified: true, createdAt: now)
        guest.name = details.name ?? guest.name ?? facts.former?.name
        guest.email = details.email ?? guest.email ?? facts.former?.email
        return Adoption(guest: guest, retires: facts.former?.id)
    }
}
