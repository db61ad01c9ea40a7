/// The other nodes, and what was heard of each: a pure value that notices what has not come, and who has gone.
///
/// A node numbers what it says. One that says nothing new repeats its last number as a heartbeat.
struct NodeTable {
    enum Content {
        case heartbeat, change
        /// All that the node has to say, whatever was missed before.
        case whole
    }

    private struct Node {
        /// The last number heard; nil while something is missing.
        var number: Int? = 0
        var heardAt: ContinuousClock.Instant
        var askedAt: ContinuousClock.Instant?
    }

    /// Whoever is asked for everything has so long to answer.
    private static let answerTime = Duration.seconds(1)

    let patience: Duration
    private var nodes: [String: Node] = [:]

    /// - Parameter patience: A node that has not been heard of for so long is gone.
    init(patience: Duration) {
        self.patience = patience
    }

    /// - Returns: Whether to ask the node for everything.
    mutating func hear(_ content: Content, _ number: Int, from id: String, at now: ContinuousClock.Instant) -> Bool {
        var node = nodes[id] ?? Node(heardAt: now)
        defer { nodes[id] = node }
        node.heardAt = now
        switch content {
        case .heartbeat where node.number == number: return false
        case .change where node.number.map({ $0 &+ 1 }) == number:
            node.number = number
            return false
        case .whole:
            (node.number, node.askedAt) = (number, nil)
            return false
        case .heartbeat, .change:
            node.number = nil
            if let askedAt = node.askedAt, now < askedAt + Self.answerTime { return false }
            node.askedAt = now
            return true
        }
    }

    /// Those that have been silent for too long are forgotten.
    mutating func gone(at now: ContinuousClock.Instant) -> [String] {
        let gone = nodes.filter { $0.value.heardAt + patience <= now }.keys.sorted()
        for id in gone { nodes[id] = nil }
        return gone
    }
}
