public import NIOCore
import Synchronization

/// An event that a client sent.
public struct Event: Sendable {
    /// The event's name.
    public let name: String
    /// What came with it, as the text it was sent in. How many there are, and of what kind, is the client's word: check.
    public let arguments: [JSON]
    /// Binary values. In the arguments, `{"_placeholder":true,"num":N}` stands for the one at index N, which exists.
    public let attachments: [ByteBuffer]
    /// Answers the client, or nil if it asked for no answer. One that is never called leaves the client waiting.
    public let ack: Ack?

    /// When it came, before it waited for the events in front of it.
    public internal(set) var receivedAt = NIODeadline.now()

    /// The length of the message it came in, which its arguments are parts of and keep in memory as a whole.
    var messageBytes = 0

    /// Bytes the event keeps in memory.
    var size: Int {
        self.messageBytes + self.name.utf8.count + self.arguments.count * MemoryLayout<JSON>.stride
            + self.attachments.reduce(0) { $0 + $1.readableBytes }
    }
}

/// Answers one event (socket.io-protocol 5, "Acknowledgement"). The first call counts, from any thread and at any time;
/// later ones do nothing, and neither does one for a client that has gone.
public final class Ack: Sendable {
    private let id: Int
    private let socket: Socket
    private let activity: HandlerActivity
    private let isUsed = Atomic(false)

    init(_ id: Int, of socket: Socket, _ activity: HandlerActivity) {
        self.id = id
        self.socket = socket
        self.activity = activity
        activity.owe()
    }

    deinit {
        if !self.isUsed.load(ordering: .relaxed) { self.activity.settle() }
    }

    /// Sends the answer.
    ///
    /// - Parameter arguments: what the client's callback gets.
    public func callAsFunction(_ arguments: JSON...) {
        self.send(arguments)
    }

    /// Sends the answer.
    ///
    /// - Parameters:
    ///   - arguments: what the client's callback gets.
    ///   - attachments: binary values; for each, ``JSON/attachment(_:)`` stands in the arguments. Default none.
    public func send(_ arguments: [JSON], attachments: [ByteBuffer] = []) {
        guard !self.isUsed.exchange(true, ordering: .relaxed) else { return }
        let activity = self.activity
        self.socket.send(PacketEncoder.ack(self.socket.namespace.name, id: self.id, arguments, attachments)) {
            activity.settle()
        }
    }
}

/// What comes back for an event that asked for an ack.
public struct Answer: Sendable, Equatable {
    /// The arguments of the ack: the client's word, as in ``Event/arguments``.
    public let arguments: [JSON]
    /// Its binary values, as in ``Event/attachments``.
    public let attachments: [ByteBuffer]

    /// An answer, such as an adapter makes of what another server sent it.
    public init(arguments: [JSON], attachments: [ByteBuffer] = []) {
        self.arguments = arguments
        self.attachments = attachments
    }
}
