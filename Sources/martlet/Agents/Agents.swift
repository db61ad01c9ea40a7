import ArgumentParser

/// The accounts, on the data directory: a running server obeys within a second.
struct Agents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Manage those who answer.",
        subcommands: [
            AddAgent.self, ListAgents.self, DisableAgent.self, EnableAgent.self, SetRole.self, ResetPassword.self,
            RequireTOTP.self, ResetTOTP.self,
        ]
    )
}
