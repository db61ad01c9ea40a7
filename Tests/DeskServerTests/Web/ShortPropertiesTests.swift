import Testing

@testable import DeskServer

@Suite struct ShortPropertiesTests {
    private func shortened(_ source: String, _ names: [String]) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        try ShortProperties.give(to: &tokens, names: names)
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("a.first.second?.first", "a.e.t?.e"),
        ("f({ first: first, second: 1, third })", "f({e:first,t:1,third})"),
        ("f({ first, second })", "f({e:first,t:second})"),
        ("const { first, second: a = first, third } = b", "const{e:first,t:a=first,third}=b"),
        ("const { first = 1 } = b", "const{e:first=1}=b"),
        ("f({ first() {}, async second() {}, get first() {} })", "f({e(){},async t(){},get e(){}})"),
        ("class A { first = 1; second() { this.first } }", "class A{e=1;t(){this.e}}"),
        ("first(second, 'first', `first`, a[first])", "first(second,'first',`first`,a[first])"),
        ("f({ 'first': 1 })", "f({'first':1})"),
    ])
    func `properties become short, and names and texts stay`(source: String, expected: String) throws {
        #expect(try shortened(source, ["first", "second"]) == expected)
    }

    @Test func `no property is called like the short name of another`() {
        #expect(throws: PackError.notShort(property: "e")) { try shortened("a.first = b.e", ["first"]) }
        #expect(throws: Never.self) { try shortened("a.first = e", ["first"]) }
    }

    @Test func `there are enough names, and none is one of a browser's`() throws {
        let names = (0..<600).map { "name\($0)" }
        let source = names.map { "a.\($0)" }.joined(separator: ";")
        let short = try shortened(source, names).split(separator: ";").map { String($0.dropFirst(2)) }
        #expect(Set(short).count == 600 && Set(short).isDisjoint(with: ["at", "id", "ok", "on", "q"]))
    }
}
