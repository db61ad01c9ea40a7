import Desk
import DeskSQLite
import EngineIO
import Foundation
import NIOCore
import SocketIO
import Testing

@testable import DeskServer

@Suite(.timeLimit(.minutes(1))) struct SocketTests {
    @Test func `a guest and an agent talk`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            let agent = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            #expect(try await agent.next(#"42["session""#).contains(#""userId":"\#(account.id)","role":"agent""#))
            let guest = try await SocketClient(server.client)
            #expect(try await guest.next(#"42["#).hasPrefix(#"42["session",{"userId":""#))
            #expect(try await guest.next(#"42["presence""#) == #"42["presence",{"role":"agent","online":true}]"#)

            let created = try await guest.call("ticket:create", #"{"subject":"Help","text":"Hello"}"#)
            let id = try ticketID(in: created)
            #expect(created.hasPrefix(#"437[{"ok":true,"ticket":{"ticketId":"#))
            #expect(try await agent.next(#"42["ticket:created""#).contains(id))
            #expect(try await agent.call("ticket:join", #"{"ticketId":"\#(id)"}"#).contains(#""text":"Hello""#))

            try await guest.send(#"42["chat:message",{"ticketId":"\#(id)","text":"Still there?"}]"#)
            #expect(try await agent.next(#"42["chat:message""#).contains(#""text":"Still there?""#))
            let closed = try await agent.call("ticket:close", #"{"ticketId":"\#(id)"}"#)
            #expect(closed.contains(#""status":"closed""#))
            #expect(try await guest.next(#"42["ticket:closed""#).contains(#""closedBy":{"userId":"\#(account.id)""#))
            #expect(
                try await guest.call("chat:message", #"{"ticketId":"\#(id)","text":"late"}"#)
                    == #"437[{"ok":false,"error":{"code":"closed","message":"The ticket is closed."}}]"#
            )
        }
    }

    @Test func `what reads behind a message is answered behind it, also while the store tells of more`() async throws {
        let slowly: SQLiteStore.Telling = { tell in
            LoopBatch.collect {
                tell()
                // As if there were many more outcomes to tell.
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        try await TestServer.withStore(telling: slowly) { store in
            try await TestServer.run(on: store) { server in
                let guest = try await SocketClient(server.client)
                let id = try ticketID(in: try await guest.call("ticket:create", "{}"))
                try await guest.send(#"421["chat:message",{"ticketId":"\#(id)","text":"Hello"}]"#)
                try await guest.send(#"422["chat:history",{"ticketId":"\#(id)"}]"#)
                #expect(try await guest.next("43").hasPrefix("431["))
                #expect(try await guest.next("43").hasPrefix("432["))
            }
        }
    }

    @Test func `another's ticket and none are the same answer, and the role comes first`() async throws {
        try await TestServer.run { server in
            let owner = try await SocketClient(server.client)
            let id = try ticketID(in: try await owner.call("ticket:create", "{}"))
            let stranger = try await SocketClient(server.client)
            let foreign = try await stranger.call("ticket:join", #"{"ticketId":"\#(id)"}"#)
            #expect(foreign == #"437[{"ok":false,"error":{"code":"not_found","message":"There is nothing here."}}]"#)
            #expect(try await stranger.call("ticket:join", #"{"ticketId":"none"}"#) == foreign)
            for payload in ["{}", "[]", #"{"ticketId":"\#(id)"}"#, #"{"ticketId":7}"#] {
                #expect(try await stranger.call("ticket:close", payload).contains(#""code":"forbidden""#))
            }
        }
    }

    @Test func `a logout ends the sockets of that login`() async throws {
        try await TestServer.run { server in
            let (_, cookie) = try await server.hire("ada")
            let agent = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            _ = try await agent.next(#"42["presence""#)
            _ = try await server.client.post("/agent/logout", ["cookie": cookie], json: "{}")
            #expect(try await agent.next(#"42["revoked""#) == #"42["revoked",{"reason":"logout"}]"#)
            #expect(try await agent.next("") == "41")
            await agent.isClosed()
            let refused = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            #expect(refused.answer == #"44{"message":"unauthorized"}"#)
        }
    }

    @Test func `an account disabled elsewhere ends its sockets, and the others hear of it`() async throws {
        try await TestServer.run { server in
            let (account, cookie) = try await server.hire("ada")
            let agent = try await SocketClient(server.client, connect: "40", headers: ["cookie": cookie])
            _ = try await agent.next(#"42["presence""#)
            let guest = try await SocketClient(server.client)
            _ = try await guest.next(#"42["presence",{"role":"agent","online":true}"#)
            _ = try await server.desk.setDisabled(true, account.id, by: .commandLine)
            #expect(try await agent.next(#"42["revoked""#) == #"42["revoked",{"reason":"disabled"}]"#)
            _ = try await guest.next(#"42["presence",{"role":"agent","online":false}"#)
        }
    }

    @Test func `a guest is the same one with the token, and a new one with a forged one`() async throws {
        try await TestServer.run { server in
            let first = try session(of: try await SocketClient(server.client).next(#"42["session""#))
            let token = try #require(first["guestToken"]?.string)
            let back = try await SocketClient(server.client, connect: #"40{"guestToken":"\#(token)"}"#)
            let again = try session(of: try await back.next(#"42["session""#))
            #expect(again["userId"]?.string == first["userId"]?.string)
            #expect(again["guestToken"] == nil)
            let forger = try await SocketClient(server.client, connect: #"40{"guestToken":"\#(token)x"}"#)
            let forged = try session(of: try await forger.next(#"42["session""#))
            #expect(forged["userId"]?.string != first["userId"]?.string)
            #expect(forged["guestToken"]?.string != nil)
        }
    }
}
