/// What an application registered on a namespace.
struct Handlers {
    var middleware: [Namespace.Middleware] = []
    var connection: [Namespace.ConnectionHandler] = []
    var events: [String: [Namespace.EventHandler]] = [:]
    var immediate: [String: Namespace.ImmediateHandler] = [:]
    var anyEvent: [Namespace.EventHandler] = []
    var disconnect: [Namespace.DisconnectHandler] = []
    var serverEvents: [String: [Namespace.ServerEventHandler]] = [:]

    /// Only where it stands for all that would run.
    func immediate(for event: String) -> Namespace.ImmediateHandler? {
        guard let handler = self.immediate[event], self.anyEvent.isEmpty, self.events[event]?.count == 1 else {
            return nil
        }
        return handler
    }

    func handlers(for event: String) -> [Namespace.EventHandler] {
        // Nearly always one of the two is empty, and nothing is built.
        guard !self.anyEvent.isEmpty else { return self.events[event] ?? [] }
        return self.anyEvent + (self.events[event] ?? [])
    }
}
