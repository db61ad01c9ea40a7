public import NIOCore
import Synchronization

/// An event that a client sent.
public struct Event: Sendable {
    /// The event's name.
    public let name: String
    /// What came with it, as the text it was sent in.
    public let arguments: [JSON]
    /// Binary arguments, in the order of their placeholders.
    public let attachments: [ByteBuffer]
    /// Answers the client, or nil if it asked for no answer.
    public let ack: Ack?

    var size: Int {
        self.arguments.reduce(self.name.utf8.count) { $0 + $1.text.readableBytes }
            + self.attachments.reduce(0) { $0 + $1.readableBytes }
    }
}

/// Answers one event. The first call counts, from any thread; later ones do nothing.
public final class Ack: Sendable {
    private let answer: @Sendable ([JSON]) -> Void
    private let isUsed = Atomic(false)

    init(_ answer: @escaping @Sendable ([JSON]) -> Void) {
        self.answer = answer
    }

    /// Sends the answer.
    public func callAsFunction(_ arguments: JSON...) {
        self.send(arguments)
    }

    /// Sends the answer.
    public func send(_ arguments: [JSON]) {
        guard !self.isUsed.exchange(true, ordering: .relaxed) else { return }
        self.answer(arguments)
    }
}
