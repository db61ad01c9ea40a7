import Configuration
import Foundation

/// The values of all keys: an option wins over the environment, the environment over `.env`. An empty
/// value in the latter two is none.
struct Settings {
    private let reader: ConfigReader

    /// - Parameter options: What stands on the command line.
    /// - Throws: ``CommandFailure`` for a key that nobody knows.
    init(options: [Setting: String?]) throws(CommandFailure) {
        let environment = ProcessInfo.processInfo.environment
        for name in environment.keys.sorted() where name.hasPrefix(Setting.environmentPrefix) {
            guard Setting.environmentNames.contains(name) else {
                throw CommandFailure("unknown key \(name) in the environment")
            }
        }
        let file = try EnvironmentFile()
        var given: [AbsoluteConfigKey: ConfigValue] = [:]
        for (setting, value) in options {
            guard let value else { continue }
            given[AbsoluteConfigKey(setting.path)] = ConfigValue(.string(value), isSecret: setting.isSecret)
        }
        reader = ConfigReader(providers: [
            InMemoryProvider(values: given),
            EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty }),
            EnvironmentVariablesProvider(environmentVariables: file.values.filter { !$0.value.isEmpty }),
        ])
    }

    subscript(setting: Setting) -> String? {
        reader.string(forKey: ConfigKey(setting.path), isSecret: setting.isSecret)
    }

    /// - Parameters:
    ///   - read: nil for a value that is not allowed.
    ///   - expected: Ends the sentence "... must be".
    /// - Throws: ``CommandFailure`` naming the key.
    func value<Value>(
        _ setting: Setting,
        default standard: Value,
        expected: String,
        _ read: (String) -> Value?
    ) throws(CommandFailure) -> Value {
        guard let text = self[setting] else { return standard }
        guard let value = read(text) else {
            throw CommandFailure("--\(setting.rawValue) (\(setting.environmentName)) must be \(expected)")
        }
        return value
    }
}

extension Setting {
    fileprivate var path: [String] { ["martlet", rawValue] }
}
