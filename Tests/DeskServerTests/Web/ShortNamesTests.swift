import Testing

@testable import DeskServer

@Suite struct ShortNamesTests {
    private func shortened(_ source: String, keeping: Set<String> = []) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        ShortNames.give(to: &tokens, keeping: keeping)
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("const first = 1, second = first + first;", "const a=1,b=a+a;"),
        ("function double(value) { return value * 2 } double(1)", "function a(b){return b*2}a(1)"),
        ("const f = async (one, ...rest) => one(rest), g = two => two", "const c=async(a,...b)=>a(b),d=a=>a"),
        ("const [one, , [two], three = one] = x;", "const[a,,[b],c=a]=x;"),
        ("const { p: one, q: { r: two = 1 }, [x]: three } = x;", "const{p:a,q:{r:b=1},[x]:c}=x;"),
        ("try {} catch (error) { throw error } try {} catch {}", "try{}catch(a){throw a}try{}catch{}"),
        ("for (const item of x) { y(item) }", "for(const a of x){y(a)}"),
        ("x ? one : two; let one, two; l: for (;;) break l", "x?a:b;let a,b;l:for(;;)break l"),
        ("const one = `${one} one ${{ two: one }}`", "const a=`${a} one ${{two:a}}`"),
        ("x.one = one?.one; let one;", "x.one=a?.one;let a;"),
    ])
    func `what is declared becomes short, and properties stay`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        (
            "let one; x({ one, two: one, one() {}, async one() {}, get one() {}, *one() {} })",
            "let a;x({one:a,two:a,one(){},async one(){},get one(){},*one(){}})"
        ),
        ("const { one, two = one, ...rest } = x; y(rest)", "const{one:a,two:c=a,...b}=x;y(b)"),
        ("x(({ one }) => ({ one }))", "x(({one:a})=>({one:a}))"),
        ("let async, get; x({ async, get, a: async })", "let a,b;x({async:a,get:b,a:a})"),
    ])
    func `a property that was short for a name is written out`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        (
            "class One extends x { #very = 1; one = two; static async one(arg) { return this.#very + arg } } let two;",
            "class c extends x{#a=1;one=a;static async one(b){return this.#a+b}}let a;"
        ),
        (
            "class One {\n  two = two\n  three\n  four() {}\n  get five() { return five }\n} let two, three, four, five;",
            "class c{two=a\nthree\nfour(){}\nget five(){return b}}let a,d,e,b;"
        ),
        (
            "x({ one(two) { return two }, async *one(two) { yield two } })",
            "x({one(a){return a},async*one(a){yield a}})"
        ),
    ])
    func `methods and fields keep their names`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        // Beside each other the same names return, inside of each other they do not.
        (
            "function f(one) { return (two) => one + two } function g(one) { return one }",
            "function c(a){return(b)=>a+b}function d(a){return a}"
        ),
        // An inner name hides an outer one only where it is.
        ("let one; { let one; x(one) } x(one); x(one)", "let a;{let b;x(b)}x(a);x(a)"),
        ("const x = one => one ? two => one : one, one = 1; x(one)", "const b=a=>a?d=>a:a,c=1;b(c)"),
        ("const f = (name) => name; x(name)", "const b=(a)=>a;x(name)"),
        ("const f = name =>\n  name\nx(name)", "const b=a=>a\nx(name)"),
        ("x(fetch); function f(fetch) { return fetch }", "x(fetch);function b(a){return a}"),
        ("try {} catch (name) { x(name) } x(name)", "try{}catch(a){x(a)}x(name)"),
        ("x({ m(name) { return name } }, name)", "x({m(a){return a}},name)"),
        ("for (const name of y) { x(name) } x(name)", "for(const a of y){x(a)}x(name)"),
        ("for (const name of y) x(name); x(name)", "for(const a of y)x(a);x(name)"),
        (
            "for (const name of y) if (name) x(name)\n  else for (;;) { x(name) }\nx(name)",
            "for(const a of y)if(a)x(a)\nelse for(;;){x(a)}\nx(name)"
        ),
        ("{ for (const name of y) x(name) } x(name)", "{for(const a of y)x(a)}x(name)"),
        ("let kept; { let kept; x(kept) }", "let kept;{let a;x(a)}"),
    ])
    func `a name means what it meant`(source: String, expected: String) throws {
        #expect(try shortened(source, keeping: ["kept"]) == expected)
    }

    @Test(arguments: [
        "for(const item of x)do{y(item)}while(z)", "if(x){var item=1}y(item)", "function f(){var x=1;return x}",
    ])
    func `names whose scope is in doubt stay`(source: String) throws {
        #expect(try shortened(source, keeping: ["f"]) == source)
    }

    @Test func `exports keep their names, and no short name is one that is there already`() throws {
        #expect(try shortened("let long, kept; a(long, b.c, kept)", keeping: ["kept"]) == "let c,kept;a(c,b.c,kept)")
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
