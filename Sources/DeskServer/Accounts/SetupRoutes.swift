import Desk
import Hummingbird
import SocketIO

/// The first admin, made under the link that the start prints.
struct SetupRoutes: Sendable {
    let desk: Desk
    let passwords: PasswordHasher

    func add(to router: Router<DeskRequestContext>) {
        router.post("setup") { request, context in
            let fields = try await BodyFields(request, logger: context.logger)
            do {
                let account = try await create(
                    token: try fields.string("token"),
                    username: try fields.string("username"),
                    name: try fields.string("name"),
                    password: try fields.string("password")
                )
                return Response.json(JSON.object { $0.field("agent", WireFormat.agent(account)) }, status: .created)
            } catch let error as DeskError {
                throw RequestFailure(error)
            }
        }
    }

    private func create(
        token: String,
        username: String,
        name: String,
        password: String
    ) async throws(DeskError) -> Account {
        let tokenHash = LinkToken(rawValue: token).hash
        // Nobody without a link can cause the work of hashing.
        try await desk.checkSetupLink(tokenHash)
        let hash = try await passwords.hash(password, for: username)
        return try await desk.createFirstAdmin(using: tokenHash, username: username, name: name, passwordHash: hash)
    }
}
