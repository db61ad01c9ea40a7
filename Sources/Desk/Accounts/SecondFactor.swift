/// What an account needs besides the password: codes by time (TOTP, RFC 6238), and recovery codes for the day the
/// device is lost. The desk sees neither the secret nor a code, only their sealed and hashed spellings.
package struct SecondFactor: Sendable, Equatable {
    /// The secret, encrypted by the caller.
    package var sealedSecret: String
    /// The step of the newest code that was used; that one and all before it are used up.
    package var lastStep: Int64
    /// Hashes of the recovery codes that are left.
    package var recoveryCodes: [String]

    package init(sealedSecret: String, lastStep: Int64, recoveryCodes: [String]) {
        self.sealedSecret = sealedSecret
        self.lastStep = lastStep
        self.recoveryCodes = recoveryCodes
    }
}

/// A code of a second factor as the caller has understood it.
package enum SecondFactorProof: Sendable, Equatable {
    /// It is the code of that step under that secret.
    case step(Int64, sealedSecret: String)
    /// The hash of a recovery code.
    case recoveryCode(String)
}
