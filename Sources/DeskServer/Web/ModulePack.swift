/// Makes one script of a module and all it imports, so that a page loads one file.
///
/// The modules stand one behind the other in one scope. So no two may use a name of the outermost scope, and none
/// may take a name by which another means something of the browser.
struct ModulePack {
    enum Form {
        /// A module with the exports of its first.
        case module
        /// A classic script that leaves no name behind.
        case script
    }

    private let read: (String) -> [UInt8]?
    /// In the order of running: what is imported comes first.
    private var modules: [ScriptModule] = []
    private var isPacked: [String: Bool] = [:]

    private init(read: @escaping (String) -> [UInt8]?) { self.read = read }

    /// - Parameters:
    ///   - path: The first module, inside `web/`.
    ///   - constants: Names to be replaced, with the expressions that take their places.
    ///   - properties: Names of properties that only these modules use, in the order they get short ones.
    ///   - read: What stands in a file inside `web/`.
    static func pack(
        _ path: String,
        as form: Form,
        constants: [String: String] = [:],
        properties: [String] = [],
        read: @escaping (String) -> [UInt8]?
    ) throws(PackError) -> PackedScript {
        var pack = ModulePack(read: read)
        try pack.add(path)
        try pack.checkNames()
        var tokens = try pack.tokens()
        do throws(ScriptError) {
            try ScriptConstants.put(constants, into: &tokens)
        } catch {
            throw .unreadable(path: path, error)
        }
        let exports = form == .module ? pack.modules.last?.exports ?? [] : []
        NumberNames.replace(in: &tokens, keeping: Set(exports))
        try ShortProperties.give(to: &tokens, names: properties)
        ShortNames.give(to: &tokens, keeping: Set(exports))
        TerseTokens.make(&tokens)
        let text = ScriptText.write(tokens)
        let lazyPaths = pack.modules.flatMap(\.lazyPaths)
        switch form {
        case .script:
            return PackedScript(text: "(()=>{'use strict';" + text + "})()", lazyPaths: lazyPaths)
        case .module:
            let ending = exports.isEmpty ? "" : "export{" + exports.joined(separator: ",") + "}"
            return PackedScript(text: text + ending, lazyPaths: lazyPaths)
        }
    }

    private mutating func add(_ path: String) throws(PackError) {
        if let isDone = isPacked[path] {
            guard isDone else { throw .circular(path: path) }
            return
        }
        isPacked[path] = false
        guard let source = read(path) else { throw .missing(path: path) }
        let module = try ScriptModule(path: path, source: source)
        for entry in module.imports {
            try add(entry.path)
            guard modules.first(where: { $0.path == entry.path })?.exports.contains(entry.name) == true else {
                throw .notExported(name: entry.name, path: entry.path)
            }
        }
        isPacked[path] = true
        modules.append(module)
    }

    private func checkNames() throws(PackError) {
        var users: [String: [String]] = [:]
        for module in modules {
            for name in module.names { users[name, default: []].append(module.path) }
        }
        for (alias, origins) in aliases() {
            let others = Set(origins.map { "\($0.name) of \($0.path)" }).sorted()
            if others.count > 1 || users[alias] != nil { users[alias, default: []] += others }
        }
        let clashes = users.filter { $0.value.count > 1 }
        guard clashes.isEmpty else { throw .usedTwice(clashes) }
    }

    /// The names that imports are given, with what they are given to.
    private func aliases() -> [String: [ScriptModule.Import]] {
        Dictionary(grouping: modules.flatMap(\.imports).filter { $0.name != $0.alias }, by: \.alias)
    }

    private func tokens() throws(PackError) -> [ScriptToken] {
        var tokens: [ScriptToken] = []
        var given: Set<String> = []
        for module in modules {
            for entry in module.imports where entry.name != entry.alias && given.insert(entry.alias).inserted {
                let text = Array("const \(entry.alias)=\(entry.name);".utf8)
                tokens += try ScriptModule(path: module.path, source: text).body
            }
            tokens += module.body
            guard var end = module.body.last, !end.isPunctuator(";") else { continue }
            (end.kind, end.text, end.followsLineBreak) = (.punctuator, ";", false)
            tokens.append(end)
        }
        return tokens
    }
}

struct PackedScript: Equatable {
    let text: String
    /// The modules it loads while running, inside `web/`.
    let lazyPaths: [String]
}
