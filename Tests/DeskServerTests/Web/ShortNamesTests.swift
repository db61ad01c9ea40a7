import Testing

@testable import DeskServer

@Suite struct ShortNamesTests {
    private func shortened(_ source: String, imported: Set<String> = [], keeping: Set<String> = []) throws -> String {
        var sections = [PackSection(tokens: try ScriptReader.tokens(of: Array(source.utf8)), imported: imported)]
        ShortNames.give(to: &sections, keeping: keeping)
        return ScriptText.write(sections.flatMap(\.tokens))
    }

    @Test(arguments: [
        ("const first = 1, second = first + first;", "const a=1,b=a+a;"),
        ("function double(value) { return value * 2 } double(1)", "function a(b){return b*2}a(1)"),
        ("const f = async (one, ...rest) => one(rest), g = two => two", "const d=async(a,...b)=>a(b),e=c=>c"),
        ("const [one, , [two], three = one] = x;", "const[a,,[c],b=a]=x;"),
        ("const { p: one, q: { r: two = 1 }, [x]: three } = x;", "const{p:a,q:{r:c=1},[x]:b}=x;"),
        ("try {} catch (error) { throw error }", "try{}catch(a){throw a}"),
        ("for (const item of x) y(item)", "for(const a of x)y(a)"),
        ("x ? one : two; let one, two; case3: for (;;) break case3", "x?a:b;let a,b;case3:for(;;)break case3"),
        ("const one = `${one} one ${{ two: one }}`", "const a=`${a} one ${{two:a}}`"),
        (
            "class Long extends x { #very = 1; m(arg) { return this.#very + arg } }",
            "class b extends x{#a=1;m(a){return this.#a+a}}"
        ),
        (
            "const o = { m(arg) { return arg }, async n(arg) {}, get p() { return 1 } }",
            "const b={m(a){return a},async n(a){},get p(){return 1}}"
        ),
    ])
    func `what is declared and nothing else becomes short`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        "let value;x.value;", "let value;f({value});", "let value;f({value:1});", "let value;f({value(){}});",
        "let value;f({async value(){}});", "function f({value}){}", "const{value=1}=x;", "let value;class A{value=1}",
        "let value;class A{static value(){}}", "let fetch;", "x(value);", "let value;x?.value;",
    ])
    func `what may be a property or the browser's stays`(source: String) throws {
        let text = try shortened(source, keeping: ["f", "A"])
        #expect(text == source)
    }

    @Test func `what one module declares and another takes from the browser stays`() throws {
        var sections = try ["let length = 1;", "scroll(length);"]
            .map {
                PackSection(tokens: try ScriptReader.tokens(of: Array($0.utf8)), imported: [])
            }
        ShortNames.give(to: &sections, keeping: [])
        #expect(sections.map { ScriptText.write($0.tokens) } == ["let length=1;", "scroll(length);"])
    }

    @Test func `no short name is one that is there already`() throws {
        #expect(try shortened("let long; a(long, b.c)") == "let d;a(d,b.c)")
    }

    @Test func `there are enough names, and none is a word of the language`() throws {
        let count = 3000
        let source = "let " + (0..<count).map { "name\($0)" }.joined(separator: ",") + ";"
        let names = try shortened(source).dropFirst("let ".count).dropLast().split(separator: ",")
        #expect(Set(names).count == count)
        #expect(
            names.allSatisfy { $0.count <= 3 } && Set(names).isDisjoint(with: ["do", "if", "in", "of", "is", "as"])
        )
    }
}
