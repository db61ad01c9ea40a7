import Testing

@testable import SocketIORedis

@Suite struct GapNoticeTests {
    private let start = ContinuousClock.now

    @Test func `gaps that come together are told of once, when the last has come`() {
        var notice = GapNotice()
        #expect(notice.note(at: start) == GapNotice.settling)
        #expect(notice.note(at: start + .seconds(1)) == nil)
        notice.tell(at: start + GapNotice.settling)
        // One behind it is told of, too.
        #expect(notice.note(at: start + GapNotice.settling) != nil)
    }

    @Test func `gaps without end are told of now and then`() throws {
        var (notice, now, told) = (GapNotice(), start, 0)
        while now < start + .seconds(60) {
            let delay = notice.note(at: now)
            now += try #require(delay)
            notice.tell(at: now)
            told += 1
        }
        #expect((2...13).contains(told))
        // After some peace the next is told of soon.
        #expect(notice.note(at: now + .seconds(60)) == GapNotice.settling)
    }
}
