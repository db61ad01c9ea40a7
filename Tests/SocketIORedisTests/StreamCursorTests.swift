import NIOCore
import Testing

@testable import SocketIORedis

@Suite struct StreamCursorTests {
    @Test func `ids are in the order of their numbers`() throws {
        let ids = try ["0-0", "9-0", "10-9", "10-10", "18446744073709551615-18446744073709551615"]
            .map { try #require(StreamID($0)) }
        #expect(ids.sorted() == ids)
        #expect(ids.map(\.description)[3] == "10-10")
        for text in ["", "1", "1-", "-1", "1-2-3", "x-1", "18446744073709551616-0"] { #expect(StreamID(text) == nil) }
    }

    @Test func `entries are read on behind the last`() throws {
        var cursor = StreamCursor(behind: .first)
        let batch = cursor.advance(over: answer("1-0", "2-0"))
        #expect(batch.messages.count == 2 && !batch.isIncomplete)
        #expect(cursor.last == StreamID("2-0"))
        // Its time is up.
        #expect(cursor.advance(over: .array(nil)).messages.isEmpty)
        #expect(cursor.last == StreamID("2-0"))
    }

    @Test func `entries that together are too long are read with fewer at once, none twice and none left out`() throws {
        var cursor = StreamCursor(behind: .first)
        let first = cursor.advance(over: answer("1-0", "2-0", "3-0", skipping: 2))
        #expect(first.messages.count == 2 && !first.isIncomplete)
        #expect(cursor.last == StreamID("2-0") && cursor.count == 2)
        let second = cursor.advance(over: answer("3-0", "4-0"))
        #expect(second.messages.count == 2 && cursor.last == StreamID("4-0") && cursor.count == 4)
        #expect(second.isFull && first.isFull == false)
        for _ in 0..<10 { _ = cursor.advance(over: .array(nil)) }
        #expect(cursor.count == 100)
    }

    @Test func `where not even an id was kept, nothing is left out`() throws {
        var cursor = StreamCursor(behind: .first)
        let entries = [entry("1-0"), .array([.skipped, .array([.skipped, .skipped])])]
        let batch = cursor.advance(over: .array([.array([.bulk(ByteBuffer(string: "s")), .array(entries)])]))
        #expect(batch.messages.count == 1 && !batch.isIncomplete && cursor.last == StreamID("1-0"))
    }

    @Test func `an entry that alone is too long is passed over, and said to be missing`() throws {
        var cursor = StreamCursor(behind: .first)
        #expect(cursor.advance(over: answer("1-0", "2-0", skipping: 0)).isIncomplete == false)
        #expect(cursor.last == .first && cursor.count == 1)
        #expect(cursor.advance(over: answer("1-0", skipping: 0)).isIncomplete)
        #expect(cursor.last == StreamID("1-0"))
        #expect(cursor.advance(over: answer("2-0")).messages.count == 1)
    }

    @Test func `an entry whose fields are too many to be kept is passed over, too`() throws {
        var cursor = StreamCursor(behind: .first, mostEntries: 1)
        let entry = RESPValue.array([.bulk(ByteBuffer(string: "1-0")), .skipped])
        let batch = cursor.advance(over: .array([.array([.bulk(ByteBuffer(string: "s")), .array([entry])])]))
        #expect(batch.messages.isEmpty && batch.isIncomplete && cursor.last == StreamID("1-0"))
    }

    private func answer(_ ids: String..., skipping index: Int? = nil) -> RESPValue {
        let entries = ids.enumerated().map { self.entry($1, isSkipped: $0 == index) }
        return .array([.array([.bulk(ByteBuffer(string: "socket.io")), .array(entries)])])
    }

    private func entry(_ id: String, isSkipped: Bool = false) -> RESPValue {
        var fields = ClusterMessage(.heartbeat, from: "a", in: "/").entry
            .flatMap { [RESPValue.bulk(ByteBuffer(string: $0.name)), .bulk($0.value)] }
        if isSkipped { fields[fields.count - 1] = .skipped }
        return .array([.bulk(ByteBuffer(string: id)), .array(fields)])
    }
}
