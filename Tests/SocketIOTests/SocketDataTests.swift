import Testing

@testable import SocketIO

struct SocketDataTests {
    private struct Other: Equatable { var number = 1 }

    @Test func `there is one value of each type`() {
        let data = SocketData()
        #expect(data.get(String.self) == nil)
        data.set("first")
        data.set(Other())
        data.set("second")
        #expect(data.get(String.self) == "second")
        #expect(data.get(Other.self) == Other())
    }

    @Test func `what is taken out is gone, and the rest stays`() {
        let data = SocketData()
        data.set("text")
        data.set(Other())
        #expect(data.remove(String.self) == "text")
        #expect(data.remove(String.self) == nil)
        #expect(data.get(String.self) == nil)
        #expect(data.get(Other.self) == Other())
    }
}
