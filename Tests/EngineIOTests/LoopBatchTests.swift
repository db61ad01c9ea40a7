import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import EngineIO

struct LoopBatchTests {
    @Test func `what is collected comes in order, behind what was there and once the thread is done`() {
        let loop = EmbeddedEventLoop()
        let done = Mutex<[Int]>([])
        let note: @Sendable (Int) -> Void = { number in done.withLock { $0.append(number) } }
        LoopBatch.execute(on: loop) { note(1) }
        LoopBatch.collect {
            LoopBatch.execute(on: loop) { note(2) }
            LoopBatch.collect { LoopBatch.execute(on: loop) { note(3) } }
            LoopBatch.execute(on: loop) { note(4) }
            loop.run()
            #expect(done.withLock(\.self) == [1])
        }
        LoopBatch.execute(on: loop) { note(5) }
        loop.run()
        #expect(done.withLock(\.self) == [1, 2, 3, 4, 5])
    }

    @Test func `each loop gets its own, and other threads are not concerned`() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { try? group.syncShutdownGracefully() }
        let (first, second) = (group.next(), group.next())
        let done = Mutex<[String]>([])
        let note: @Sendable (String) -> Void = { text in done.withLock { $0.append(text) } }
        LoopBatch.collect {
            for loop in [first, second] {
                LoopBatch.execute(on: loop) { note("collected \(loop === first && loop.inEventLoop)") }
            }
            // From the loop's own thread, which collects nothing.
            try? first.submit { LoopBatch.execute(on: second) { note("other") } }.wait()
            try? second.submit {}.wait()
            #expect(done.withLock(\.self) == ["other"])
        }
        for loop in [first, second] { try loop.submit {}.wait() }
        #expect(done.withLock { $0.sorted() } == ["collected false", "collected true", "other"])
    }

    @Test func `what is handed over at once comes before what others send then`() {
        let loop = EmbeddedEventLoop()
        let done = Mutex<[Int]>([])
        let note: @Sendable (Int) -> Void = { number in done.withLock { $0.append(number) } }
        LoopBatch.collect {
            LoopBatch.execute(on: loop) { note(1) }
            LoopBatch.handOver()
            LoopBatch.execute(on: loop) { note(3) }
            loop.execute { note(2) }
        }
        LoopBatch.handOver()
        loop.run()
        #expect(done.withLock(\.self) == [1, 2, 3])
    }

    @Test func `what comes afterwards finds all handed over`() {
        let (first, second) = (EmbeddedEventLoop(), EmbeddedEventLoop())
        let done = Mutex<[String]>([])
        let note: @Sendable (String) -> Void = { text in done.withLock { $0.append(text) } }
        LoopBatch.collect {
            LoopBatch.collect {
                LoopBatch.execute(on: first) { note("first") }
                LoopBatch.afterwards {
                    first.run()
                    second.run()
                    note("afterwards")
                }
            }
            LoopBatch.execute(on: second) { note("second") }
        }
        LoopBatch.afterwards { note("now") }
        #expect(done.withLock(\.self) == ["first", "second", "afterwards", "now"])
    }
}
