import Desk
import Foundation
import SocketIO

/// What agents do to find things.
struct SearchEvents: Sendable {
    let desk: SocketDesk

    func register(on events: EventRegistry) {
        events.on("ticket:search", .search, isLong: true, search)
    }

    private func search(_ call: EventCall) async throws(DeskError) -> EventRegistry.Fields {
        let query = try SearchQuery(
            query: call.payload.string("query"),
            status: call.payload.optionalString("status"),
            limit: call.payload.optionalInt("limit"),
            cursor: call.payload.optionalString("cursor")
        )
        let page = try await desk(for: call.socket).search(query, for: call.principal)
        return { fields in
            fields.field("hits", page.finds.map { Self.hit($0, words: query.words, for: call.principal.role) })
            fields.field("next", page.next.map(String.init))
        }
    }

    private static func hit(_ find: SearchFind, words: [String], for reader: Role) -> JSON {
        let excerpt = Excerpt(of: find.text, words: words, fold: fold)
        return JSON.object { fields in
            fields.field("ticket", WireFormat.ticket(find.ticket, unreadFor: reader))
            switch find.place {
            case .ticket: break
            case .message(let seq): fields.field("seq", seq)
            case .note(let seq): fields.field("noteSeq", seq)
            }
            fields.field("excerpt", excerpt.text)
            fields.field("ranges", excerpt.ranges.map { JSON([$0.lowerBound, $0.upperBound]) })
        }
    }

    private static func fold(_ word: String) -> String {
        word.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }
}
