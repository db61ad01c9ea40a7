/// What an application registered on a namespace.
struct Handlers {
    var middleware: [Namespace.Middleware] = []
    var connection: [Namespace.ConnectionHandler] = []
    var events: [String: [Namespace.EventHandler]] = [:]
    var anyEvent: [Namespace.EventHandler] = []
    var disconnect: [Namespace.DisconnectHandler] = []
    var serverEvents: [String: [Namespace.ServerEventHandler]] = [:]

    func handlers(for event: String) -> [Namespace.EventHandler] {
        // Nearly always one of the two is empty, and nothing is built.
        guard !self.anyEvent.isEmpty else { return self.events[event] ?? [] }
        return self.anyEvent + (self.events[event] ?? [])
    }
}
