import Testing

@testable import DeskServer

@Suite struct ModulePackTests {
    private func pack(
        _ files: [String: String],
        as form: ModulePack.Form = .module,
        constants: [String: String] = [:]
    ) throws(PackError) -> String {
        try ModulePack.pack("w/a.js", as: form, constants: constants) { path in files[path].map { Array($0.utf8) } }
            .text
    }

    @Test func `modules stand behind what they import, each once, and the first keeps its exports`() throws {
        let packed = try pack([
            "w/a.js": "import { b } from './b.js';\nimport {\n  c,\n} from '../s/c.js';\nexport const a = b + c\n",
            "w/b.js": "import { c } from '../s/c.js';\nexport function b() { return c }",
            "s/c.js": "const d = 1, e = [d, 2];\nexport async function c() {}\nexport class F {}",
        ])
        #expect(
            packed
                == "let e=1,t=[e,2];async function n(){}class s{};function i(){return n};let a=i+n;export{a}"
        )
    }

    @Test func `a script is one function, and its constants are put in`() throws {
        let files = ["w/a.js": "export const a = new URL(__PATH__, a.p);"]
        let packed = try pack(files, as: .script, constants: ["__PATH__": "'/w/1/'"])
        #expect(packed == "(()=>{'use strict';let e=new URL('/w/1/',e.p);})()")
    }

    @Test func `an import by another name is the same thing`() throws {
        let packed = try pack([
            "w/a.js": "import { b as x } from './b.js';\nimport { c } from './c.js';\nx(c);",
            "w/b.js": "export const b = {};",
            "w/c.js": "import { b as x } from './b.js';\nexport const c = x;",
        ])
        #expect(packed == "let e={},t=e,n=t;t(n);")
    }

    @Test func `private names become short ones`() throws {
        let source = "class A { #long = 1; #longer() { return this.#longer() + this.#longer() } }"
        #expect(try pack(["w/a.js": source]) == "class e{#t=1;#e(){return this.#e()+this.#e()}};")
    }

    @Test func `a name used twice is refused with its name and the modules`() {
        #expect(throws: PackError.usedTwice(["x": ["w/b.js", "w/a.js"]])) {
            try pack([
                "w/a.js": "import { b } from './b.js';\nconst x = b;\nfunction y() { const b = 1; }",
                "w/b.js": "export const b = 1;\nfunction x() {}\n",
            ])
        }
        #expect(throws: PackError.usedTwice(["x": ["b of w/b.js", "c of w/b.js"]])) {
            try pack([
                "w/a.js": "import { b as x } from './b.js';\nimport { d } from './d.js';",
                "w/b.js": "export const b = 1, c = 2;",
                "w/d.js": "import { c as x } from './b.js';\nexport const d = x;",
            ])
        }
    }

    @Test func `names of patterns are names too`() throws {
        let source = "const { b, c: d = f(e, g), ...h } = i, [j, k] = l;\nexport const m = { n, o }, p = 1;"
        for name in ["b", "d", "h", "j", "k", "m", "p"] {
            #expect(throws: PackError.usedTwice([name: ["w/b.js", "w/a.js"]])) {
                try pack([
                    "w/a.js": source + "import { q as z } from './b.js'",
                    "w/b.js": "const \(name) = 1; export const q = 1;",
                ])
            }
        }
        for name in ["c", "e", "f", "g", "i", "n", "o"] {
            #expect(throws: Never.self) {
                try pack([
                    "w/a.js": source + "import { q as z } from './b.js'",
                    "w/b.js": "const \(name) = 1; export const q = 1;",
                ])
            }
        }
    }

    @Test(arguments: [
        ("import b from './b.js';", PackError.unsupported(path: "w/a.js", line: 1)),
        ("\nimport * as b from './b.js';", .unsupported(path: "w/a.js", line: 2)),
        ("import './b.js';", .unsupported(path: "w/a.js", line: 1)),
        ("import { b } from 'b';", .unsupported(path: "w/a.js", line: 1)),
        ("import { b } from '../../b.js';", .unsupported(path: "w/a.js", line: 1)),
        ("export default 1;", .unsupported(path: "w/a.js", line: 1)),
        ("export { b };", .unsupported(path: "w/a.js", line: 1)),
        ("export let b = 1;", .unsupported(path: "w/a.js", line: 1)),
        ("const { b: [d] } = c;", .unsupported(path: "w/a.js", line: 1)),
        ("import { b } from './no.js';", .missing(path: "w/no.js")),
        ("import { c } from './b.js';", .notExported(name: "c", path: "w/b.js")),
        ("import { b } from './a.js';", .circular(path: "w/a.js")),
        ("\n'", .unreadable(path: "w/a.js", .endless(line: 2))),
    ])
    func `what packing does not know is refused`(source: String, error: PackError) {
        #expect(throws: error) { try pack(["w/a.js": source, "w/b.js": "export const b = 1;"]) }
    }

    @Test func `what is loaded while running is named, and lies beside the module`() throws {
        let files = ["w/a.js": "import('./b.js');", "w/c.js": "import('../b.js');"]
        let read: (String) -> [UInt8]? = { path in files[path].map { Array($0.utf8) } }
        #expect(try ModulePack.pack("w/a.js", as: .module, read: read).lazyPaths == ["w/b.js"])
        #expect(throws: PackError.unsupported(path: "w/c.js", line: 1)) {
            try ModulePack.pack("w/c.js", as: .module, read: read)
        }
    }

    @Test func `imports while running stay`() throws {
        let source = "import('./b.js').then(f)\nconst a = 1\nconst b = a\nimport.meta.url"
        #expect(try pack(["w/a.js": source]) == "import('./b.js').then(f)\nlet e=1\nlet t=e\nimport.meta.url;")
    }
}
