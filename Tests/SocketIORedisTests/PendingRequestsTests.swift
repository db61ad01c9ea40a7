import SocketIO
import Testing

@testable import SocketIORedis

@Suite(.timeLimit(.minutes(1))) struct PendingRequestsTests {
    private let requests = PendingRequests()

    @Test(arguments: [.zero, .seconds(-1), .milliseconds(1)] as [Duration])
    func `a question without time is over at once`(timeout: Duration) async {
        for _ in 0..<100 {
            let found = await requests.answers(within: timeout) { requests.expect(servers: 1, for: $0) }
            #expect(found.values.isEmpty && found.servers == 1)
        }
    }

    @Test func `time is up, too, when Redis does not say how many servers heard the question`() async {
        let found = await requests.answers(within: .milliseconds(1)) { requests.add(1, [], from: "a", to: $0) }
        #expect(found.values.map(\.json) == [1])
    }

    @Test func `answers that come before anybody waits count`() async {
        let found = await requests.answers(within: .seconds(30)) { id in
            requests.add(1, [], from: "a", to: id)
            requests.add(2, [], from: "b", to: id)
            requests.expect(servers: 2, for: id)
            requests.add(3, [], from: "c", to: id)
        }
        #expect(found.values.map(\.json) == [1, 2])
    }

    @Test func `nobody waits for a server that asks itself alone`() async {
        let found = await requests.answers(within: .seconds(30)) { id in
            requests.expect(servers: 1, for: id)
            requests.hearItself(id)
        }
        #expect(found.values.isEmpty && found.servers == 0)
    }

    @Test func `a server that asks without hearing itself waits for all the same`() async {
        let found = await requests.answers(within: .seconds(30)) { id in
            requests.expect(servers: 2, for: id)
            requests.add(1, [], from: "a", to: id)
            requests.add(2, [], from: "b", to: id)
        }
        #expect(found.values.map(\.json) == [1, 2] && found.servers == 2)
    }

    @Test func `a server that answers twice does not answer for another one`() async {
        let found = await requests.answers(within: .seconds(30)) { id in
            requests.expect(servers: 3, for: id)
            requests.hearItself(id)
            requests.add(1, [], from: "a", to: id)
            requests.add(2, [], from: "a", to: id)
            requests.add(3, [], from: "b", to: id)
        }
        #expect(found.values.map(\.json) == [1, 3] && found.servers == 2)
    }

    @Test func `a broadcast is over when all sockets of all servers have answered`() async {
        let found = await requests.answers(fromSockets: true, within: .seconds(30)) { id in
            requests.expect(servers: 3, for: id)
            requests.add(1, [], from: "a", to: id)
            requests.expect(sockets: 1, from: "a", for: id)
            requests.expect(sockets: 1, from: "b", for: id)
            requests.expect(sockets: 0, from: "c", for: id)
            // Not one of those that it has asked.
            requests.add(2, [], from: "a", to: id)
            requests.add(3, [], from: "b", to: id)
        }
        #expect(found.values.map(\.json) == [1, 3] && found.sockets == 2)
    }

    @Test(arguments: [.max, .min] as [Int])
    func `no number of sockets or servers traps`(number: Int) async {
        let found = await requests.answers(fromSockets: true, within: .milliseconds(100)) { id in
            for server in ["a", "b", "c"] { requests.expect(sockets: number, from: server, for: id) }
            requests.hearItself(id)
            requests.expect(servers: number, for: id)
        }
        #expect(found.values.isEmpty && found.sockets >= 0 && found.servers >= 0)
    }
}
