import Testing

@testable import Desk

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (1_795_339_800_123, "2026-11-22T09:30:00.123Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    ])
    func `a moment is written and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test func `every day of four centuries is written and read back`() {
        for day in 0..<Int64(146_097) {
            let moment = Timestamp(milliseconds: day * 86_400_000 + 1)
            #expect(Timestamp(iso8601: moment.iso8601) == moment)
        }
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T09:30:00Z", "2026-11-22T09:30:00.123+00:00", "2026-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z", "2026-00-10T00:00:00.000Z", "2026-11-22T24:00:00.000Z",
        "2026-11-22T09:60:00.000Z", "2026-11-22T09:30:60.000Z", "2026-11-22 09:30:00.000Z",
        "+026-11-22T09:30:00.000Z", "2026-11-22T09:30:00.123Zé",
    ])
    func `any other form is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `a moment moves by a duration in both directions`() {
        let moment = Timestamp(milliseconds: 1000)
        #expect(moment.advanced(by: .seconds(2) + .microseconds(1999)).milliseconds == 3001)
        #expect(moment.advanced(by: .milliseconds(-1)).milliseconds == 999)
        #expect(moment < moment.advanced(by: .milliseconds(1)))
    }
}
