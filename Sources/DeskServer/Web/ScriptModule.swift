/// An ES module taken apart as far as packing needs it. Only the forms of import and export that our modules use
/// are known; others are refused.
struct ScriptModule {
    struct Import: Equatable {
        /// The name the other module exports it by.
        let name: String
        /// The name it has here.
        let alias: String
        /// Inside `web/`.
        let path: String
    }

    let path: String
    private(set) var imports: [Import] = []
    private(set) var exports: [String] = []
    /// What `import('./x.js')` loads while running.
    private(set) var lazyPaths: [String] = []
    /// Every name of the outermost scope, those that are exported too.
    private(set) var names: [String] = []
    /// Without imports and without the word `export`.
    private(set) var body: [ScriptToken] = []

    private var tokens: [ScriptToken]
    private var index = 0

    init(path: String, source: [UInt8]) throws(PackError) {
        self.path = path
        do throws(ScriptError) {
            tokens = try ScriptReader.tokens(of: source)
        } catch {
            throw .unreadable(path: path, error)
        }
        while let token = token() {
            guard beginsStatement(token), token.kind == .word else {
                take()
                continue
            }
            switch token.text {
            case "import" where self.token(1)?.isPunctuator("(") != true && self.token(1)?.isPunctuator(".") != true:
                try readImport()
            case "export":
                index += 1
                if token.followsLineBreak, index < tokens.count { tokens[index].followsLineBreak = true }
                try readDeclaration(isExported: true)
            default:
                try readDeclaration(isExported: false)
            }
        }
        try findLazy()
    }

    /// The packed script has another address than the module had, so only what lies beside it can be named.
    private mutating func findLazy() throws(PackError) {
        for index in body.indices where body[index].isWord("import") && index + 2 < body.count {
            let address = body[index + 2]
            guard body[index + 1].isPunctuator("("), address.kind == .string else { continue }
            let name = address.text.dropFirst().dropLast()
            guard name.hasPrefix("./"), name.count(where: { $0 == "/" }) == 1, let target = resolve(String(name)) else {
                throw .unsupported(path: path, line: address.line)
            }
            lazyPaths.append(target)
        }
    }

    private func token(_ offset: Int = 0) -> ScriptToken? {
        index + offset < tokens.count ? tokens[index + offset] : nil
    }

    private mutating func take() {
        guard let token = token() else { return }
        body.append(token)
        index += 1
    }

    private func beginsStatement(_ token: ScriptToken) -> Bool {
        guard token.depth == 0 else { return false }
        guard let last = body.last else { return true }
        return last.isPunctuator(";") || last.isPunctuator("}") || ScriptText.endsByLineBreak(last, before: token)
    }

    private func unsupported() -> PackError {
        .unsupported(path: path, line: (token() ?? tokens.last)?.line ?? 1)
    }

    /// `import { a, b as c } from './x.js';`
    private mutating func readImport() throws(PackError) {
        index += 1
        try skip("{")
        var names: [(name: String, alias: String)] = []
        while token()?.isPunctuator("}") == false {
            let name = try word()
            var alias = name
            if token()?.isWord("as") == true {
                index += 1
                alias = try word()
            }
            names.append((name, alias))
            if token()?.isPunctuator("}") == false { try skip(",") }
        }
        try skip("}")
        guard token()?.isWord("from") == true, let address = token(1), address.kind == .string else {
            throw unsupported()
        }
        guard let target = resolve(String(address.text.dropFirst().dropLast())) else { throw unsupported() }
        index += 2
        if token()?.isPunctuator(";") == true { index += 1 }
        imports += names.map { Import(name: $0.name, alias: $0.alias, path: target) }
    }

    private mutating func skip(_ punctuator: String) throws(PackError) {
        guard token()?.isPunctuator(punctuator) == true else { throw unsupported() }
        index += 1
    }

    private mutating func word() throws(PackError) -> String {
        guard let token = token(), token.kind == .word else { throw unsupported() }
        index += 1
        return token.text
    }

    /// Relative addresses that stay inside `web/`.
    private func resolve(_ address: String) -> String? {
        guard address.hasPrefix("./") || address.hasPrefix("../") else { return nil }
        var parts = path.split(separator: "/").dropLast()
        for part in address.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }

    private mutating func readDeclaration(isExported: Bool) throws(PackError) {
        let first = names.count
        switch token()?.text {
        case "const", "let", "var":
            if isExported, token()?.isWord("const") != true { throw unsupported() }
            try readVariables()
        case "function", "class":
            try readName(after: 1)
        case "async" where token(1)?.isWord("function") == true:
            try readName(after: 2)
        default:
            guard !isExported else { throw unsupported() }
            take()
        }
        if isExported { exports += names[first...] }
    }

    private mutating func readName(after words: Int) throws(PackError) {
        for _ in 0..<words { take() }
        if token()?.isPunctuator("*") == true { take() }
        guard let name = token(), name.kind == .word else { throw unsupported() }
        names.append(name.text)
        take()
    }

    /// `const a = 1, { b, c: d = 2 } = e;` up to the semicolon or where one is put in.
    private mutating func readVariables() throws(PackError) {
        take()
        try readBinding()
        while let token = token() {
            if let last = body.last, token.depth == 0, ScriptText.endsByLineBreak(last, before: token) { return }
            take()
            guard token.depth == 0 else { continue }
            if token.isPunctuator(";") { return }
            if token.isPunctuator(",") { try readBinding() }
        }
    }

    /// A name or a pattern of names; no pattern inside a pattern.
    private mutating func readBinding() throws(PackError) {
        guard let opening = token(), opening.isPunctuator("{") || opening.isPunctuator("[") else {
            return try readName(after: 0)
        }
        take()
        while let token = token(), token.depth > 0 {
            if token.isPunctuator("...") { take() }
            if self.token(1)?.isPunctuator(":") == true {
                take()
                take()
            }
            try readName(after: 0)
            // What stands there instead of nothing.
            while let token = self.token(), token.depth > 1 || token.depth == 1 && !token.isPunctuator(",") { take() }
            if self.token()?.isPunctuator(",") == true { take() }
        }
        take()
    }
}
