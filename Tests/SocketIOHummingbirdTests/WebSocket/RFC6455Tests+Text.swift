import EngineIO
import NIOCore
import Testing

extension RFC6455Tests {
    /// A message packet with these bytes.
    private static func text(_ bytes: [UInt8]) -> TestFrame {
        var payload: [UInt8] = [0x34]
        payload += bytes
        return TestFrame(.text, payload)
    }

    @Test(arguments: Setup.all) func `text is UTF-8, also where a character is cut by a fragment`(setup: Setup)
        async throws
    {
        var cases: [Case] = []
        let characters: [(name: String, bytes: [UInt8], text: String)] = [
            ("a euro", [0xe2, 0x82, 0xac], "4€"), ("a face", [0xf0, 0x9f, 0x98, 0x80], "4😀"),
        ]
        for (name, bytes, text) in characters {
            for cut in 1..<bytes.count {
                cases.append(
                    Case(
                        "\(name) cut at \(cut)",
                        Self.text(Array(bytes[..<cut])).with(\.isFinal, false),
                        TestFrame(.ping),
                        TestFrame(.continuation, Array(bytes[cut...])),
                        answers: .pong([]),
                        .text(text)
                    )
                )
            }
        }
        cases.append(Case("the last of Unicode", TestFrame(.text, "4\u{10ffff}"), answers: .text("4\u{10ffff}")))
        cases.append(Case("no character", TestFrame(.text, "4\u{fffe}\u{0}"), answers: .text("4\u{fffe}\u{0}")))
        let invalid: [(String, [UInt8])] = [
            ("a byte that starts nothing", [0x80]), ("never a byte", [0xff]), ("never a byte", [0xfe]),
            ("a start without end", [0xc3, 0x28]), ("cut off", [0xe2, 0x82]), ("cut off", [0xf0, 0x9f, 0x98]),
            ("overlong slash", [0xc0, 0xaf]), ("overlong slash", [0xe0, 0x80, 0xaf]),
            ("overlong slash", [0xf0, 0x80, 0x80, 0xaf]), ("overlong zero", [0xc0, 0x80]),
            ("a surrogate", [0xed, 0xa0, 0x80]), ("a pair of surrogates", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]),
            ("behind Unicode's end", [0xf4, 0x90, 0x80, 0x80]), ("five bytes", [0xf8, 0x88, 0x80, 0x80, 0x80]),
        ]
        for (name, bytes) in invalid {
            cases.append(Case(name, Self.text(bytes), closes: 1007))
            cases.append(
                Case(
                    "\(name) in pieces",
                    Self.text([bytes[0]]).with(\.isFinal, false),
                    TestFrame(.continuation, Array(bytes[1...])),
                    closes: 1007
                )
            )
        }
        // Binary is anything.
        cases.append(Case("binary", TestFrame(.binary, [0xff, 0xc0, 0xaf]), answers: .binary([0xff, 0xc0, 0xaf])))
        try await Self.check(cases, setup)
    }

    @Test(arguments: Setup.all) func `a close is answered with its status, an invalid one with its fault`(setup: Setup)
        async throws
    {
        var cases: [Case] = [
            Case("without a status", TestFrame(.close), closes: 1000),
            Case("one byte", TestFrame(.close, [3]), closes: 1002),
            Case("with a reason", TestFrame.close(1001, Array("bye €".utf8)), closes: 1001),
            Case("with the longest reason", TestFrame.close(1000, [UInt8](repeating: 0x61, count: 123)), closes: 1000),
            Case("a reason that is no text", TestFrame.close(1000, [0xff]), closes: 1007),
            Case("a reason cut off", TestFrame.close(1000, [0xe2, 0x82]), closes: 1007),
            Case("twice", TestFrame.close(1000), TestFrame.close(1001), closes: 1000),
            Case("a message behind it", TestFrame.close(1000), TestFrame(.text, "4x"), closes: 1000),
            Case("a ping behind it", TestFrame.close(1000), TestFrame(.ping), closes: 1000),
            Case("a message before it", TestFrame(.text, "4x"), TestFrame.close(1000), closes: 1000),
            Case("the connection ends", TestFrame.close(1000), answers: .close(1000), .end),
        ]
        for code: UInt16 in [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
        ] {
            cases.append(Case("status \(code)", TestFrame.close(code), closes: code))
        }
        for code: UInt16 in [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
            cases.append(Case("status \(code)", TestFrame.close(code), closes: 1002))
        }
        try await Self.check(cases, setup)
    }

    @Test(arguments: Setup.all) func `a flood of pings is bounded: answered to who reads, closed to who does not`(
        setup: Setup
    ) async throws {
        try await Self.withWebSockets(setup, { $0.maxBufferedBytes = 20_000 }) { open in
            let reader = try await open()
            for _ in 0..<20 { try await reader.send(Array(repeating: TestFrame(.ping, "x"), count: 100)) }
            for _ in 0..<2000 { #expect(try await reader.next() == .pong([0x78])) }
            let deaf = try await open()
            try await deaf.stopReading()
            let pings = Array(repeating: TestFrame(.ping, [UInt8](repeating: 0, count: 125)), count: 1000)
            // Some megabytes fit into the kernel's buffers; then each pong would have to wait.
            await #expect(throws: (any Error).self) {
                for _ in 0..<500 { try await deaf.send(pings) }
            }
        }
    }

    @Test(arguments: Setup.all) func `a client that does not answer a close is let go within seconds`(setup: Setup)
        async throws
    {
        try await Self.withWebSockets(setup) { open in
            let client = try await open()
            try await client.send("x")
            #expect(try await client.next() == .close(1002))
            #expect(try await client.next() == .end)
        }
    }
}
