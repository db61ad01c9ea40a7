import ArgumentParser
import Desk

struct EraseGuest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Delete a customer with all tickets and messages, for good.",
        discussion: "Copies made earlier, by backup or otherwise, keep what they have."
    )

    @Argument(help: "The guestId, which tickets show as customerId.") var id: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            do throws(DeskError) {
                let erasure = try await desk.erase(Guest.ID(rawValue: id), by: .commandLine)
                printLine("erased \(id): \(erasure.tickets) tickets, \(erasure.messages) messages")
            } catch .notFound {
                throw CommandFailure("there is no customer \(id)")
            }
        }
    }
}
