import Foundation

/// What the widget says in one language.
struct WidgetTexts: Sendable {
    private enum Text: Decodable, Sendable {
        case one(String)
        /// Those that are looked up by a code.
        case several([String: String])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            do {
                self = .one(try value.decode(String.self))
            } catch {
                self = .several(try value.decode([String: String].self))
            }
        }

        var expression: String {
            switch self {
            case .one(let text): ScriptText.literal(text)
            case .several(let texts): ScriptText.object(texts.mapValues(ScriptText.literal))
            }
        }
    }

    private let texts: [String: Text]

    /// - Parameters:
    ///   - path: Where they stand, inside `web/`.
    ///   - json: An object of texts, or of objects of texts.
    init(path: String, json: [UInt8]) throws(PackError) {
        do {
            texts = try JSONDecoder().decode([String: Text].self, from: Data(json))
        } catch {
            throw .noTexts(path: path)
        }
    }

    /// Expressions for scripts, by what those call them, such as `texts.title`.
    var constants: [String: String] {
        Dictionary(uniqueKeysWithValues: texts.map { ("texts." + $0.key, $0.value.expression) })
    }

    /// A text that is no object; empty if there is none.
    subscript(name: String) -> String {
        if case .one(let text) = texts[name] { text } else { "" }
    }
}
