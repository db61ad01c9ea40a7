/// Why modules cannot be made into one. Paths are inside `web/`, lines counted from 1.
enum PackError: Error, Equatable {
    case missing(path: String)
    case unreadable(path: String, ScriptError)
    /// What should hold texts is something else.
    case noTexts(path: String)
    /// A form of import, export or declaration that is not known.
    case unsupported(path: String, line: Int)
    /// The module imports itself, by others or at once.
    case circular(path: String)
    /// The module that is imported from has no such name.
    case notExported(name: String, path: String)
    /// A property is called by what is the short name of another.
    case notShort(property: String)
    /// Names of the outermost scope, each with the modules that use it for something else.
    case usedTwice([String: [String]])
}
