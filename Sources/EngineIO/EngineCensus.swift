import NIOCore

/// How much an Engine.IO server has to do at a moment, for those who watch over it.
public struct EngineCensus: Sendable, Equatable {
    /// Open sessions by the transport that carries them now.
    public var sessions: [Transport: Int] = [.polling: 0, .webSocket: 0]
    /// Volatile messages that were dropped since the server began, because their client did not keep up.
    public var droppedMessages = 0
}

extension EngineServer {
    /// Counts what is on each event loop, loop by loop. It takes a few nanoseconds a session on the loop it lives on.
    public func census() async -> EngineCensus {
        var census = EngineCensus()
        for loop in self.loops {
            // Fails only on an event loop that has ended, and so has no connections.
            guard let part = try? await loop.eventLoop.submit({ loop.value.census }).get() else { continue }
            census.sessions.merge(part.sessions, uniquingKeysWith: +)
            census.droppedMessages += part.droppedMessages
        }
        return census
    }
}
