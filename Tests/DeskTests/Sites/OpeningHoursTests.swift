import Testing

@testable import Desk

struct OpeningHoursTests {
    /// Monday to Friday from 9 to 17, Saturday until noon and again from one.
    private func hours() throws -> OpeningHours {
        let week = (1...5).compactMap { OpeningHours.Period(day: $0, from: 540, to: 1020) }
        let saturday = [(780, 840), (600, 720)].compactMap { OpeningHours.Period(day: 6, from: $0.0, to: $0.1) }
        return try OpeningHours(timeZone: "Europe/Berlin", periods: week + saturday)
    }

    private func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(iso8601: text))
    }

    /// Central European Time, with the summer time of 2026.
    private func berlin(_ moment: Timestamp) -> Int64 {
        let isSummer = moment.iso8601 >= "2026-03-29T01:00:00.000Z" && moment.iso8601 < "2026-10-25T01:00:00.000Z"
        return isSummer ? 7_200_000 : 3_600_000
    }

    @Test(arguments: [
        // A Wednesday in winter: 9 to 17 is 8 to 16 UTC.
        ("2026-11-25T07:59:59.999Z", "2026-11-25T08:00:00.000Z"),
        ("2026-11-25T08:00:00.000Z", nil),
        ("2026-11-25T15:59:59.999Z", nil),
        ("2026-11-25T16:00:00.000Z", "2026-11-26T08:00:00.000Z"),
        // Saturday's pause, and the weekend.
        ("2026-11-28T11:00:00.000Z", "2026-11-28T12:00:00.000Z"),
        ("2026-11-28T12:30:00.000Z", nil),
        ("2026-11-28T13:00:00.000Z", "2026-11-30T08:00:00.000Z"),
        // Already Monday in Berlin, still Sunday in UTC.
        ("2026-11-29T23:30:00.000Z", "2026-11-30T08:00:00.000Z"),
        // Over both changes of the clock: Monday's opening is by the clock of Monday.
        ("2026-03-28T20:00:00.000Z", "2026-03-30T07:00:00.000Z"),
        ("2026-10-24T20:00:00.000Z", "2026-10-26T08:00:00.000Z"),
    ])
    func `somebody answers by the clock on the wall`(at now: String, nextOpening: String?) throws {
        let state = try hours().state(at: moment(now), offset: berlin)
        #expect(state.isOpen == (nextOpening == nil))
        #expect(state.nextOpening?.iso8601 == nextOpening)
    }

    @Test func `one hour a week is found from just after it`() throws {
        let hour = try #require(OpeningHours.Period(day: 3, from: 600, to: 660))
        let hours = try OpeningHours(timeZone: "UTC", periods: [hour])
        let state = hours.state(at: try moment("2026-11-25T11:00:00.000Z")) { _ in 0 }
        #expect(state == OpeningHours.State(isOpen: false, nextOpening: try moment("2026-12-02T10:00:00.000Z")))
    }

    @Test func `before 1970 the week goes on as well`() throws {
        let state = try hours().state(at: moment("1969-12-31T12:00:00.000Z")) { _ in 0 }
        #expect(state.isOpen)
    }

    @Test(arguments: [(0, 0, 60), (8, 0, 60), (1, -1, 60), (1, 60, 60), (1, 61, 60), (1, 0, 1441)])
    func `there is no such period`(day: Int, from: Int, to: Int) {
        #expect(OpeningHours.Period(day: day, from: from, to: to) == nil)
    }

    @Test func `no period, and too many, are invalid`() throws {
        let hour = try #require(OpeningHours.Period(day: 3, from: 600, to: 660))
        for count in [0, OpeningHours.mostPeriods + 1] {
            #expect(throws: DeskError.invalid(field: "days")) {
                try OpeningHours(timeZone: "UTC", periods: Array(repeating: hour, count: count))
            }
        }
        #expect(throws: DeskError.invalid(field: "timeZone")) { try OpeningHours(timeZone: "", periods: [hour]) }
    }
}
