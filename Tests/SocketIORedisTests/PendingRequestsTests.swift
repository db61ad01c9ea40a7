import SocketIO
import Testing

@testable import SocketIORedis

@Suite(.timeLimit(.minutes(1))) struct PendingRequestsTests {
    @Test(arguments: [.zero, .seconds(-1), .milliseconds(1)] as [Duration])
    func `a question without time is over at once`(timeout: Duration) async {
        for _ in 0..<100 {
            let found = await PendingRequests().answers(of: 1, within: timeout) { _ in }
            #expect(found.values.isEmpty)
        }
    }

    @Test func `answers that come before anybody waits count`() async {
        let requests = PendingRequests()
        let found = await requests.answers(of: 2, within: .seconds(30)) { id in
            requests.add(1, [], to: id)
            requests.add(2, [], to: id)
            requests.add(3, [], to: id)
        }
        #expect(found.values.map(\.json) == [1, 2])
    }

    @Test func `a broadcast is over when all sockets of all servers have answered`() async {
        let requests = PendingRequests()
        let found = await requests.answers(of: 2, fromSockets: true, within: .seconds(30)) { id in
            requests.add(1, [], to: id)
            requests.expect(1, for: id)
            requests.expect(1, for: id)
            requests.add(2, [], to: id)
        }
        #expect((found.values.count, found.sockets) == (2, 2))
    }
}
