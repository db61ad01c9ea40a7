import ArgumentParser
import Desk

/// The roles that an account can have, as options name them.
enum AgentRole: String, ExpressibleByArgument, CaseIterable {
    case agent, admin

    var role: Role {
        switch self {
        case .agent: .agent
        case .admin: .admin
        }
    }
}
