import ArgumentParser
import Desk
import DeskServer

struct ExportGuest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print everything about a customer as JSON: who it is, tickets, messages."
    )

    @Argument(help: "The guestId, which tickets show as customerId.") var id: String
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await CommandDesk.with(store.choice()) { desk in
            do throws(DeskError) {
                var export = GuestExport(try await desk.export(Guest.ID(rawValue: id), by: .commandLine))
                while let piece = try await export.next() { printPart(piece) }
                printLine("")
            } catch .notFound {
                throw CommandFailure("there is no customer \(id)")
            }
        }
    }
}
