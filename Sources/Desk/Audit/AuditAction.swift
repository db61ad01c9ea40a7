/// What the audit log tells of, spelled as on the wire and in the store.
package enum AuditAction: String, Sendable, CaseIterable {
    case loginSuccess = "login.success"
    case loginFailure = "login.failure"
    /// Tries that were not written one by one: turned away, or too many.
    case loginThrottled = "login.throttled"
    /// The password was right, and the code of the second factor never came.
    case loginUnfinished = "login.unfinished"
    case logout
    case sessionRevoked = "session.revoked"

    case accountCreated = "account.created"
    case accountRenamed = "account.renamed"
    case accountDisabled = "account.disabled"
    case accountEnabled = "account.enabled"
    case accountRole = "account.role"
    /// By its owner, who knew the old one.
    case passwordChanged = "password.changed"
    case passwordReset = "password.reset"
    case secondFactorSet = "second_factor.set"
    case secondFactorRemoved = "second_factor.removed"
    case secondFactorRequired = "second_factor.required"
    case recoveryCodesRenewed = "recovery_codes.renewed"
    case recoveryCodeUsed = "recovery_codes.used"
    case linkIssued = "link.issued"
    case linkUsed = "link.used"

    case guestExported = "guest.exported"
    case guestErased = "guest.erased"
    case ticketsExpired = "tickets.expired"

    case wordFilter = "settings.word_filter"
    case retention = "settings.retention"
    case siteCreated = "site.created"
    case siteChanged = "site.changed"
    case siteDeleted = "site.deleted"
    case siteSecret = "site.secret"
    case cannedReplyCreated = "canned_reply.created"
    case cannedReplyChanged = "canned_reply.changed"
    case cannedReplyDeleted = "canned_reply.deleted"
    case secretRotated = "secret.rotated"
    case backupMade = "backup.made"
    case backupRestored = "backup.restored"
}
