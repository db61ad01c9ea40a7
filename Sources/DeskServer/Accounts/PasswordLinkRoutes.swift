import Desk
import Hummingbird
import SocketIO

/// For whoever has a link to choose a password. Unknown, used, replaced and expired links are the same answer.
struct PasswordLinkRoutes: Sendable {
    let desk: Desk
    let passwords: PasswordHasher
    let gate: LoginGate
    let addresses: ClientAddresses

    func add(to router: Router<DeskRequestContext>) {
        router.post("password-link/check") { request, context in try await check(request, context) }
        router.post("password-link") { request, context in try await use(request, context) }
    }

    /// Uses nothing up: a preview of the link by a mail program's robot does no harm either.
    private func check(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let fields = try await BodyFields(request, logger: context.logger)
        let hash = LinkToken(rawValue: try fields.string("token")).hash
        let linked = try await trying(request, context) { () throws(DeskError) in try await desk.linkedAccount(hash) }
        return .json(
            JSON.object { fields in
                fields.field("username", linked.account.username.rawValue)
                fields.field("name", linked.account.name)
                fields.field("kind", linked.linkKind.rawValue)
            }
        )
    }

    private func use(_ request: Request, _ context: DeskRequestContext) async throws -> Response {
        let fields = try await BodyFields(request, logger: context.logger)
        let hash = LinkToken(rawValue: try fields.string("token")).hash
        let password = try fields.string("password")
        let account = try await trying(request, context) { () throws(DeskError) in
            let username = try await desk.linkedAccount(hash).account.username.rawValue
            let passwordHash = try await passwords.hash(password, for: username)
            return try await desk.setPassword(to: passwordHash, using: hash)
        }
        return .json(JSON.object { $0.field("username", account.username.rawValue) })
    }

    /// A link that does not work is counted as a wrong password from that address would be.
    private func trying<Answer>(
        _ request: Request,
        _ context: DeskRequestContext,
        _ work: () async throws(DeskError) -> Answer
    ) async throws -> Answer {
        let address = addresses.address(of: request, in: context)
        return try await gate.pass([.address(address)], outcome: Self.outcome) { try await answering(work) }
    }

    private static func outcome(of error: any Error) -> LoginThrottle.Outcome {
        (error as? RequestFailure)?.status == .notFound ? .wrong : .undecided
    }
}
