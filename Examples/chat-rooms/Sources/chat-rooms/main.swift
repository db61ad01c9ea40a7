import Hummingbird
import Logging
import ServiceLifecycle
import SocketIO
import SocketIOHummingbird

let logger = Logger(label: "chat-rooms")
let environment = Environment()
let tokens = Tokens()

// Socket.IO: people in "/", a program of the operator's in "/operators".
let io = SocketIOServer(logger: logger)
let chat = Chat(namespace: io.namespace("/"), tokens: tokens)
chat.register()
Operators(namespace: io.namespace("/operators"), chat: chat, secret: environment.get("OPERATOR_SECRET")).register()

// HTTP: the page, the project's own Socket.IO client for it, and the way to a token.
let router = Router()
router.add(middleware: FileMiddleware("Public", searchForIndexHtml: true))
router.add(middleware: FileMiddleware("../../web/shared", urlBasePath: "/client"))
router.post("token") { request, _ in
    let body = try await request.body.collect(upTo: 200)
    guard let token = tokens.issue(to: String(buffer: body)) else { throw HTTPError(.badRequest) }
    return token
}

let application = Application(
    router: router,
    server: .socketIO(io),
    configuration: .init(address: .hostname("127.0.0.1", port: environment.get("PORT", as: Int.self) ?? 3000))
)
// Stopped from the last to the first: the sockets before the server, which would wait for their long polls.
let services = ServiceGroup(
    services: [application, SocketIOService(io)],
    gracefulShutdownSignals: [.sigint, .sigterm],
    logger: logger
)
try await services.run()
