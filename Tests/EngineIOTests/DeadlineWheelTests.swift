import NIOCore
import Testing

@testable import EngineIO

struct DeadlineWheelTests {
    private final class Entry: Expirable {
        var deadline: NIODeadline?
        var wheelPlace: DeadlineWheel.Place?
        init(_ milliseconds: Int64) { self.deadline = DeadlineWheelTests.at(milliseconds) }
        func expire(at now: NIODeadline) { self.deadline = nil }
    }

    private static func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .milliseconds(milliseconds) }
    private static func wheel() -> DeadlineWheel { DeadlineWheel(width: .milliseconds(10), slots: 8, at: self.at(0)) }

    @Test func `an entry is found in the turn its deadline has passed, not before`() {
        var wheel = Self.wheel()
        let entry = Entry(25)
        wheel.insert(entry)
        #expect(wheel.advance(to: Self.at(20)).isEmpty)
        #expect(wheel.advance(to: Self.at(30)).count == 1)
        #expect(wheel.count == 0)
    }

    @Test func `an entry that moved forward is found early and only once`() {
        var wheel = Self.wheel()
        let entry = Entry(60)
        wheel.insert(entry)
        entry.deadline = Self.at(15)
        wheel.insert(entry)
        #expect(wheel.count == 1)
        #expect(wheel.advance(to: Self.at(20)).count == 1)
        #expect(wheel.advance(to: Self.at(70)).isEmpty)
        #expect(wheel.count == 0)
    }

    @Test func `what was taken out is not found and not kept in memory, and its neighbours stay`() {
        var wheel = Self.wheel()
        let (first, last) = (Entry(25), Entry(25))
        weak var gone: Entry?
        do {
            let entry = Entry(25)
            gone = entry
            for entry in [first, entry, last] { wheel.insert(entry) }
            wheel.remove(entry)
            wheel.remove(entry)
        }
        #expect(gone == nil)
        wheel.remove(first)
        let found = wheel.advance(to: Self.at(30))
        #expect(found.count == 1)
        #expect(found.first === last)
        #expect(wheel.count == 0)
    }

    @Test func `an entry stands in the wheel once however often it is put in`() {
        var wheel = Self.wheel()
        let entry = Entry(30)
        for _ in 0..<5 { wheel.insert(entry) }
        #expect(wheel.count == 1)
    }

    @Test func `a deadline beyond a turn, and a pause longer than a turn, lose nothing`() {
        var wheel = Self.wheel()
        let far = Entry(500)
        wheel.insert(far)
        let found = wheel.advance(to: Self.at(1000))
        #expect(found.count == 1)
        #expect(found.first === far)
    }
}
