import Desk
import HTTPTypes
import Hummingbird
import SocketIO

/// What agents set for themselves: the password and the second factor. Each change asks for the password, since a
/// browser may be left open.
struct SettingsRoutes: Sendable {
    /// The name that authenticator apps show.
    private static let issuer = "Martlet"

    let desk: Desk
    let authenticator: Authenticator
    let passwords: PasswordHasher
    let secondFactors: SecondFactors
    let gate: LoginGate
    let failures: LoginFailureLog

    func add(to router: Router<DeskRequestContext>) {
        router.post("agent/api/password") { request, context in try await changePassword(request, context) }
        router.get("agent/api/second-factor") { request, _ in try await Self.state(login(request).account) }
        router.post("agent/api/second-factor") { request, context in try await begin(request, context) }
        router.post("agent/api/second-factor/confirm") { request, context in try await confirm(request, context) }
        router.post("agent/api/second-factor/recovery-codes") { request, context in
            try await renewCodes(request, context)
        }
        router.post("agent/api/second-factor/remove") { request, context in try await remove(request, context) }
    }

    private func changePassword(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        _ = try await authenticator.agent(of: request)
        let fields = try await BodyFields(request, logger: context.logger)
        let login = try await authenticator.agent(of: request)
        let new = try fields.string("password")
        // What cannot be set costs no work.
        try await answering { () throws(DeskError) in
            try PasswordPolicy.check(new, for: login.account.username.rawValue)
        }
        try await verify(try fields.string("current"), of: login)
        try await answering { () throws(DeskError) in
            let hash = try await passwords.hash(new, for: login.account.username.rawValue)
            _ = try await desk.changePassword(of: login, to: hash)
        }
        return .json(.emptyObject)
    }

    // MARK: - The second factor

    /// A secret to try out; nothing is stored yet.
    private func begin(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (login, fields) = try await loginAndFields(of: request, context)
        try await verify(try fields.string("current"), of: login)
        guard login.account.secondFactor == nil else { throw RequestFailure(.conflict) }
        let (totp, sealed) = try await answering { () throws(DeskError) in
            try secondFactors.make(for: login.account.id)
        }
        return .json(
            JSON.object { fields in
                fields.field("key", totp.key)
                fields.field("uri", totp.uri(username: login.account.username, issuer: Self.issuer))
                fields.field("setup", sealed)
            }
        )
    }

    /// Whoever sends the right code has the secret in their app.
    private func confirm(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (login, fields) = try await loginAndFields(of: request, context)
        let sealed = try fields.string("setup")
        let code = try fields.string("code").filter { !$0.isWhitespace }
        guard let totp = secondFactors.totp(of: sealed, for: login.account.id) else {
            throw RequestFailure(.invalid(field: "setup"))
        }
        guard let step = totp.step(of: code, at: authenticator.now()) else {
            throw RequestFailure(.invalid(field: "code"))
        }
        let codes = secondFactors.makeRecoveryCodes(for: login.account.id)
        let factor = SecondFactor(sealedSecret: sealed, lastStep: step, recoveryCodes: codes.map(\.hash))
        try await answering { () throws(DeskError) in _ = try await desk.setUp(factor, for: login.account) }
        return Self.answer(codes.map(\.code))
    }

    private func renewCodes(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (login, fields) = try await loginAndFields(of: request, context)
        try await verify(try fields.string("current"), of: login)
        let codes = secondFactors.makeRecoveryCodes(for: login.account.id)
        try await answering { () throws(DeskError) in
            _ = try await desk.replaceRecoveryCodes(of: login.account, with: codes.map(\.hash))
        }
        return Self.answer(codes.map(\.code))
    }

    private func remove(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let (login, fields) = try await loginAndFields(of: request, context)
        try await verify(try fields.string("current"), of: login)
        let account = try await answering { () throws(DeskError) in
            try await desk.removeOwnSecondFactor(of: login.account)
        }
        return Self.state(account)
    }

    private static func state(_ account: Account) -> Response {
        .json(
            JSON.object { fields in
                fields.field("enabled", account.secondFactor != nil)
                fields.field("required", account.requiresSecondFactor)
                fields.field("recoveryCodesLeft", account.secondFactor?.recoveryCodes.count ?? 0)
            }
        )
    }

    private static func answer(_ codes: [String]) -> Response {
        .json(JSON.object { $0.field("recoveryCodes", codes.map { JSON($0) }) })
    }

    // MARK: - Who asks

    /// Also of somebody who has yet to set up a second factor.
    private func login(_ request: Request) async throws(RequestFailure) -> Login {
        let login = try await answering { () throws(DeskError) in try await authenticator.login(of: request) }
        guard let login else { throw RequestFailure.unauthorized }
        try await answering { () throws(DeskError) in
            try authorize(login.account.principal, to: .manageOwnSessions)
        }
        return login
    }

    /// Who asks is looked at before anything is read and once more afterwards, as in
    /// ``Authenticator/principalAndPayload(of:allowedTo:upTo:logger:)``.
    private func loginAndFields(
        of request: Request,
        _ context: DeskRequestContext
    ) async throws -> (Login, BodyFields) {
        _ = try await login(request)
        let fields = try await BodyFields(request, logger: context.logger)
        return (try await login(request), fields)
    }

    /// Tries are counted for the login session alone: whoever has taken it over cannot keep its owner out elsewhere.
    ///
    /// - Throws: ``RequestFailure``: 400 with the field `current` if it is wrong.
    private func verify(_ password: String, of login: Login) async throws {
        try await gate.pass([.browser(login.session.id.rawValue)], outcome: Self.outcome) {
            let isRight = try await answering { () throws(DeskError) in
                try await passwords.verify(password, against: login.account.passwordHash)
            }
            guard isRight else {
                failures.note(login.account, by: login.account.actor)
                throw RequestFailure(.invalid(field: "current"))
            }
        }
    }

    private static func outcome(of error: any Error) -> LoginThrottle.Outcome {
        (error as? RequestFailure)?.status == .badRequest ? .wrong : .undecided
    }
}
