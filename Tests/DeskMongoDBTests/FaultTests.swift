#if MongoDB
import Desk
import Synchronization
import Testing

@testable import DeskMongoDB

extension WithMongoDB {
    /// Writers of two nodes while the database has faults, one after the other: who is told `unavailable` tries again, as
    /// a client does.
    @Suite(.timeLimit(.minutes(2)))
    struct FaultTests {
        struct Fault: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let command: BSONValue
            var times = 3
            let data: BSONDocument
        }

        private final class Slowest: Sendable {
            let time = Mutex(Duration.zero)
        }

        static let faults = ["findAndModify", "insert", "find"]
            .flatMap { command in
                [
                    Fault(
                        testDescription: "\(command): connection closed",
                        command: .string(command),
                        data: ["closeConnection": true]
                    ),
                    Fault(
                        testDescription: "\(command): executed, answer lost",
                        command: .string(command),
                        data: ["loseReply": true]
                    ),
                    Fault(
                        testDescription: "\(command): not primary",
                        command: .string(command),
                        data: ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]]
                    ),
                    Fault(
                        testDescription: "\(command): slower than one waits",
                        command: .string(command),
                        times: 2,
                        data: ["blockConnection": true, "blockTimeMS": 700]
                    ),
                ]
                    + (command == "find"
                        ? []
                        : [
                            Fault(
                                testDescription: "\(command): no majority confirms it",
                                command: .string(command),
                                data: ["writeConcernError": ["code": 64, "errmsg": "waiting timed out"]]
                            )
                        ])
            }

        @Test(arguments: faults)
        func `nothing acknowledged is lost, and nothing is there twice`(fault: Fault) async throws {
            try await Deployment.withClient(patience: .milliseconds(500)) { client in
                var scenes: [GuestScene] = []
                for _ in 0..<2 { scenes.append(GuestScene(store: try await MongoStore(client: client))) }
                let nodes = scenes
                _ = try await nodes[0].create(GuestScene.open, by: GuestScene.came)
                let slowest = Slowest()
                let acknowledged = try await withThrowingTaskGroup(of: [Message].self) { group in
                    for writer in 0..<4 {
                        group.addTask {
                            var mine: [Message] = []
                            for index in 0..<6 {
                                if writer == 0, index == 2 {
                                    try await Deployment.fail(fault.command, times: fault.times, fault.data)
                                }
                                mine.append(
                                    try await Self.insist(slowest) { () throws(DeskError) in
                                        try await Self.post("\(writer)-\(index)", on: nodes[writer % 2])
                                    }
                                )
                            }
                            return mine
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                let history = try await nodes[0].history(of: GuestScene.open).messages
                // The ticket was opened with one.
                #expect(history.map(\.seq) == Array(1...25))
                #expect(Set(history.map(\.text)).count == 25)
                #expect(Set(acknowledged.map(\.id)) == Set(history.dropFirst().map(\.id)))
                // Each call ends in its time, whatever its outcome.
                #expect(slowest.time.withLock(\.self) < .seconds(5))
            }
        }

        private static func post(_ text: String, on node: GuestScene) async throws(DeskError) -> Message {
            try await node.post(text, to: GuestScene.open, by: GuestScene.came, clientID: text)
        }

        /// Tries again for as long as the store is unavailable, as a client does.
        private static func insist<Answer>(
            _ slowest: Slowest,
            _ body: () async throws(DeskError) -> Answer
        ) async throws -> Answer {
            for _ in 0..<20 {
                let start = ContinuousClock.now
                defer {
                    let time = ContinuousClock.now - start
                    slowest.time.withLock { $0 = max($0, time) }
                }
                do throws(DeskError) {
                    return try await body()
                } catch .unavailable {
                    continue
                }
            }
            throw DeskError.unavailable
        }
    }
}
#endif
