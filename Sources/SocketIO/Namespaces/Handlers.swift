/// What an application registered on a namespace.
struct Handlers {
    /// Those for one event.
    struct OfEvent {
        /// Tried first, as long as ``handlers`` has only the one it came with.
        var immediate: Namespace.ImmediateHandler?
        var handlers: [Namespace.EventHandler] = []
    }

    var middleware: [Namespace.Middleware] = []
    var connection: [Namespace.ConnectionHandler] = []
    var events: [String: OfEvent] = [:]
    var anyEvent: [Namespace.EventHandler] = []
    var disconnect: [Namespace.DisconnectHandler] = []
    var serverEvents: [String: [Namespace.ServerEventHandler]] = [:]

    func handlers(for event: String) -> [Namespace.EventHandler] {
        // Nearly always one of the two is empty, and nothing is built.
        let named = self.events[event]?.handlers ?? []
        return self.anyEvent.isEmpty ? named : self.anyEvent + named
    }
}
