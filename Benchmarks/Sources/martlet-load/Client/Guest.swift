/// A guest of the desk with an open ticket.
struct Guest {
    let client: Client
    let ticketID: String

    @Loop static func arrive(at target: Target) async throws -> Guest {
        let client = try await Client.connect(to: target, auth: #"{"guestToken":""}"#)
        let answer = try await client.request("ticket:create", #"{"subject":"load"}"#)
        guard let id = answer.quoted(after: #""ticketId":""#) else { throw LoadFailure("a ticket without an id") }
        return Guest(client: client, ticketID: id)
    }

    /// Another connection of the same guest, in the ticket's room: whoever is at the other side.
    @Loop func listener(at target: Target) async throws -> Client {
        let token = client.guestToken ?? ""
        let other = try await Client.connect(to: target, auth: #"{"guestToken":"\#(token)"}"#)
        _ = try await other.request("ticket:join", #"{"ticketId":"\#(ticketID)"}"#)
        return other
    }
}

/// Does something `count` times, at most `width` of them at a time.
@Loop func many<Value>(
    _ count: Int,
    width: Int = 64,
    _ make: @escaping @Loop (Int) async throws -> Value
) async throws -> [Value] {
    let made = Made<Value>()
    let workers = (0..<min(width, count))
        .map { worker in
            Task { @Loop in
                for index in stride(from: worker, to: count, by: width) { made.values.append(try await make(index)) }
            }
        }
    for worker in workers { try await worker.value }
    return made.values
}

@Loop private final class Made<Value> {
    var values: [Value] = []
}
