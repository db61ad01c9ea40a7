import Desk
import HTTPTypes

/// Logs somebody in: the password, and the second factor of an account that has one.
struct PasswordLogin: Sendable {
    struct Credentials {
        var username: String
        var password: String
        var code: String?
    }

    /// Where the try comes from.
    struct Origin {
        var address: ClientAddress
        /// The cookie ``DeviceTokens/cookieName``.
        var device: String?
        var browser: String?
    }

    let desk: Desk
    let passwords: PasswordHasher
    let secondFactors: SecondFactors
    let devices: DeviceTokens
    let gate: LoginGate
    let failures: LoginFailureLog
    let now: @Sendable () -> Timestamp

    /// Unknown, disabled and wrong are the same answer after the same work, and are counted the same.
    ///
    /// - Throws: ``RequestFailure``: 401 `unauthorized`, or `totp_required` once the password is right; 429 for whoever
    ///   has to wait, before any work; 503 if too many wait already.
    func callAsFunction(_ credentials: Credentials, from origin: Origin) async throws -> Login {
        let username = try? Username(credentials.username)
        do {
            return try await gate.pass(buckets(username, origin), outcome: Self.outcome(of:)) {
                let account = try await verified(username, credentials.password)
                if account.secondFactor != nil { try await use(credentials.code, of: account) }
                let session = try await answering { () throws(DeskError) in
                    try await desk.beginSession(of: account, browser: origin.browser)
                }
                failures.noteSuccess(account)
                return Login(session: session, account: account)
            }
        } catch let failure as RequestFailure where failure.status == .tooManyRequests {
            failures.noteThrottled(username)
            throw failure
        }
    }

    private func buckets(_ username: Username?, _ origin: Origin) -> [LoginThrottle.Bucket] {
        guard let username else { return [.account(""), .address(origin.address)] }
        if let device = devices.device(of: origin.device, for: username) { return [.browser(device)] }
        return [.account(username.rawValue), .address(origin.address)]
    }

    private func verified(_ username: Username?, _ password: String) async throws -> Account {
        try await answering { () throws(DeskError) in
            let account = try await desk.account(username: username?.rawValue ?? "")
            let isRight = try await passwords.verify(password, against: account?.passwordHash)
            guard let account, isRight, !account.isDisabled else {
                failures.note(account)
                throw .unauthorized
            }
            return account
        }
    }

    private func use(_ code: String?, of account: Account) async throws {
        guard let code, !code.isEmpty else {
            failures.noteCodeAsked(account)
            throw RequestFailure.codeRequired
        }
        do throws(DeskError) {
            guard let proof = secondFactors.proof(of: code, for: account, at: now()) else { throw .unauthorized }
            _ = try await desk.useSecondFactor(proof, of: account.id)
        } catch {
            guard error == .unauthorized else { throw RequestFailure(error) }
            failures.note(account)
            throw RequestFailure.wrongCode
        }
    }

    /// Whoever only has to be asked for the code has guessed nothing, and yet forgets no failure: codes could be
    /// guessed for ever.
    static func outcome(of error: any Error) -> LoginThrottle.Outcome {
        guard let failure = error as? RequestFailure else { return .undecided }
        return failure.status == .unauthorized && failure.error != .codeRequired ? .wrong : .undecided
    }
}
