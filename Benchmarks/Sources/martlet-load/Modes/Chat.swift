import ArgumentParser
import Histogram
import NIOCore

/// Guests write into tickets of their own, and each message waits for its commit.
struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Messages of guests, with acknowledgements.")

    @OptionGroup var target: Target
    @Option(help: "Guests, each with a ticket.") var connections = 100
    @Option(help: "Messages in flight per guest.") var inFlight = 8
    @Option(help: "Messages a second of all guests, at times that are set beforehand; latencies count from those.")
    var rate: Int?
    @Flag(help: "With --rate: measure until another connection in the room has it.") var delivery = false
    @OptionGroup var times: Times
    @Option(help: "Bytes of a message's text.") var bytes = 100

    func validate() throws {
        guard (32...4000).contains(bytes) else { throw ValidationError("--bytes is from 32 to 4000") }
        guard rate == nil || (1...1_000_000).contains(rate ?? 0) else { throw ValidationError("--rate is a number") }
        guard !delivery || rate != nil else { throw ValidationError("--delivery needs --rate") }
    }

    @Loop func run() async throws {
        let target = target
        let guests = try await many(connections) { _ in try await Guest.arrive(at: target) }
        let writers = guests.map { Writer($0, bytes: bytes) }
        let course = Course(writers)
        if delivery {
            let listeners = try await many(guests.count) { try await guests[$0].listener(at: target) }
            listeners.forEach(course.listen)
        }
        if let rate { course.write(atRate: rate) } else { course.write(inFlight: inFlight) }
        let stretch = try await times.pass(at: target) { course.begin() }
        course.end()

        var report = Report("chat")
        report.add("guests", Double(connections))
        if let rate { report.add("rate", Double(rate), "/s") } else { report.add("in flight each", Double(inFlight)) }
        report.addRate("acks", count: course.acks, in: stretch)
        report.addLatencies("ack", course.ackLatencies)
        if delivery {
            report.add("deliveries", Double(course.deliveries) / stretch.seconds, "/s")
            report.addLatencies("delivery", course.deliveryLatencies)
        }
        report.add("refused", Double(course.refused))
        report.show(asJSON: target.json)
    }
}

/// One guest's messages: the text says when it was due.
private final class Writer {
    let client: Client
    private let middle: String
    private let end: String
    private var due: [Int: UInt64] = [:]

    init(_ guest: Guest, bytes: Int) {
        client = guest.client
        middle = #"["chat:message",{"ticketId":"\#(guest.ticketID)","clientId":""#
        end = String(repeating: "x", count: bytes - 22) + #""}]"#
    }

    func write(dueAt time: UInt64) {
        let id = client.nextID()
        due[id] = time
        // Always 20 digits: the length is known beforehand.
        let digits = Self.padded(time)
        let head = "42\(id)"
        let between = #"","text":"t="#
        let length =
            head.utf8.count + middle.utf8.count + digits.utf8.count + between.utf8.count + digits.utf8.count
            + end.utf8.count
        client.send(length: length) { buffer in
            buffer.writeString(head)
            buffer.writeString(middle)
            buffer.writeString(digits)
            buffer.writeString(between)
            buffer.writeString(digits)
            buffer.writeString(end)
        }
    }

    func takeDue(_ id: Int) -> UInt64? {
        due.removeValue(forKey: id)
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }
}

/// What happens between the first message and the last, and what is counted of it.
private final class Course {
    private(set) var acks = 0
    private(set) var deliveries = 0
    private(set) var refused = 0
    private(set) var ackLatencies = makeLatencies()
    private(set) var deliveryLatencies = makeLatencies()
    private let writers: [Writer]
    private var counts = false
    private var hasEnded = false
    private var ticker: RepeatedTask?

    init(_ writers: [Writer]) {
        self.writers = writers
    }

    func begin() { counts = true }

    func end() {
        counts = false
        hasEnded = true
        ticker?.cancel()
    }

    /// As fast as the server answers.
    func write(inFlight: Int) {
        for writer in writers {
            writer.client.onAck = { [self] id, answer in
                note(id, answer, of: writer)
                if !hasEnded { writer.write(dueAt: now()) }
            }
            for _ in 0..<inFlight { writer.write(dueAt: now()) }
        }
    }

    /// At times that are set beforehand, whether or not the server keeps up: a late one counts as late.
    func write(atRate rate: Int) {
        for writer in writers { writer.client.onAck = { [self] id, answer in note(id, answer, of: writer) } }
        let start = now()
        let interval = 1_000_000_000.0 / Double(rate)
        var sent = 0
        let bound = NIOLoopBound(self, eventLoop: Loop.eventLoop)
        let tick = NIOLoopBound(
            { [self] in
                while !hasEnded {
                    let due = start + UInt64(Double(sent) * interval)
                    guard due <= now() else { return }
                    writers[sent % writers.count].write(dueAt: due)
                    sent += 1
                }
            },
            eventLoop: Loop.eventLoop
        )
        bound.value.ticker = Loop.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .microseconds(500)) { _ in
            tick.value()
        }
    }

    func listen(_ client: Client) {
        client.onEvent = { [self] packet in
            guard counts, packet.readableBytesView.starts(with: #"["chat:message""#.utf8),
                let due = packet.number(after: #""text":"t="#)
            else { return }
            deliveries += 1
            deliveryLatencies.record(since: min(due, now()))
        }
    }

    private func note(_ id: Int, _ answer: ByteBuffer, of writer: Writer) {
        guard let due = writer.takeDue(id), counts else { return }
        if answer.readableBytesView.starts(with: #"[{"ok":true"#.utf8) { acks += 1 } else { refused += 1 }
        ackLatencies.record(since: due)
    }
}
