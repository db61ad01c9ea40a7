import Testing

@testable import DeskServer

struct NodeTableTests {
    private let start = ContinuousClock.now
    private var table = NodeTable(patience: .seconds(10))

    private mutating func hear(_ content: NodeTable.Content, _ number: Int, after seconds: Int = 0) -> Bool {
        table.hear(content, number, from: "a", at: start + .seconds(seconds))
    }

    @Test mutating func `a node that is heard from its beginning on is asked nothing`() {
        for number in 1...3 { #expect(!hear(.change, number)) }
        #expect(!hear(.heartbeat, 3))
    }

    @Test mutating func `whoever missed something asks for all, until it has come`() {
        #expect(!hear(.change, 1))
        #expect(hear(.change, 3))
        #expect(!hear(.change, 4), "asked already")
        #expect(hear(.heartbeat, 4, after: 2), "the answer was lost")
        #expect(!hear(.whole, 4, after: 3))
        #expect(!hear(.heartbeat, 4, after: 4))
        #expect(hear(.heartbeat, 5, after: 6), "the last change was lost")
        #expect(!hear(.whole, Int.max, after: 7))
        #expect(hear(.change, 1, after: 8), "a number may be anything")
    }

    @Test mutating func `a node that is found in the midst of things is asked for all`() {
        #expect(hear(.heartbeat, 7))
    }

    @Test mutating func `a silent node is gone, and asked for all when it is back`() {
        #expect(!hear(.change, 1))
        #expect(table.gone(at: start + .seconds(9)) == [])
        #expect(table.gone(at: start + .seconds(10)) == ["a"])
        #expect(table.gone(at: start + .seconds(11)) == [])
        #expect(hear(.heartbeat, 1, after: 12))
    }
}
