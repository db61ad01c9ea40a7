import Testing

@testable import DeskServer

@Suite struct ShortNamesTests {
    private func shortened(_ source: String, keeping: Set<String> = []) throws -> String {
        var tokens = try ScriptReader.tokens(of: Array(source.utf8))
        ShortNames.give(to: &tokens, keeping: keeping)
        return ScriptText.write(tokens)
    }

    @Test(arguments: [
        ("const first = 1, second = first + first;", "const e=1,t=e+e;"),
        ("function double(value) { return value * 2 } double(1)", "function e(e){return e*2}e(1)"),
        ("const f = async (one, ...rest) => one(rest), g = two => two", "const e=async(e,...t)=>e(t),t=e=>e"),
        ("const [one, , [two], three = one] = x;", "const[e,,[t],n=e]=x;"),
        ("const { p: one, q: { r: two = 1 }, [x]: three } = x;", "const{p:e,q:{r:t=1},[x]:n}=x;"),
        ("try {} catch (error) { throw error } try {} catch {}", "try{}catch(e){throw e}try{}catch{}"),
        ("for (const item of x) { y(item) }", "for(const e of x){y(e)}"),
        ("x ? one : two; let one, two; l: for (;;) break l", "x?e:t;let e,t;l:for(;;)break l"),
        ("const one = `${one} one ${{ two: one }}`", "const e=`${e} one ${{two:e}}`"),
        ("x.one = one?.one; let one;", "x.one=e?.one;let e;"),
    ])
    func `what is declared becomes short, and properties stay`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        (
            "let one; x({ one, two: one, one() {}, async one() {}, get one() {}, *one() {} })",
            "let e;x({one:e,two:e,one(){},async one(){},get one(){},*one(){}})"
        ),
        ("const { one, two = one, ...rest } = x; y(rest)", "const{one:e,two:t=e,...n}=x;y(n)"),
        ("x(({ one }) => ({ one }))", "x(({one:e})=>({one:e}))"),
        ("let async, get; x({ async, get, a: async })", "let e,t;x({async:e,get:t,a:e})"),
    ])
    func `a property that was short for a name is written out`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        (
            "class One extends x { #very = 1; one = two; static async one(arg) { return this.#very + arg } } let two;",
            "class e extends x{#e=1;one=t;static async one(e){return this.#e+e}}let t;"
        ),
        (
            "class One {\n  two = two\n  three\n  four() {}\n  get five() { return five }\n} let two, three, four, five;",
            "class e{two=t\nthree\nfour(){}\nget five(){return i}}let t,n,s,i;"
        ),
        (
            "x({ one(two) { return two }, async *one(two) { yield two } })",
            "x({one(e){return e},async*one(e){yield e}})"
        ),
    ])
    func `methods and fields keep their names`(source: String, expected: String) throws {
        #expect(try shortened(source) == expected)
    }

    @Test(arguments: [
        // Beside each other the same names return, inside of each other they do not.
        (
            "function f(one) { return (two) => one + two } function g(one) { return one }",
            "function e(e){return(t)=>e+t}function t(e){return e}"
        ),
        // An inner name hides an outer one only where it is.
        ("let one; { let one; x(one) } x(one); x(one)", "let e;{let e;x(e)}x(e);x(e)"),
        ("const x = one => one ? two => one : one, one = 1; x(one)", "const e=e=>e?t=>e:e,t=1;e(t)"),
        ("const f = (name) => name; x(name)", "const e=(e)=>e;x(name)"),
        ("const f = name =>\n  name\nx(name)", "const e=e=>e\nx(name)"),
        ("x(fetch); function f(fetch) { return fetch }", "x(fetch);function e(e){return e}"),
        ("try {} catch (name) { x(name) } x(name)", "try{}catch(e){x(e)}x(name)"),
        ("x({ m(name) { return name } }, name)", "x({m(e){return e}},name)"),
        ("for (const name of y) { x(name) } x(name)", "for(const e of y){x(e)}x(name)"),
        ("for (const name of y) x(name); x(name)", "for(const e of y)x(e);x(name)"),
        (
            "for (const name of y) if (name) x(name)\n  else for (;;) { x(name) }\nx(name)",
            "for(const e of y)if(e)x(e)\nelse for(;;){x(e)}\nx(name)"
        ),
        ("{ for (const name of y) x(name) } x(name)", "{for(const e of y)x(e)}x(name)"),
        // A block may not declare what its parameters are called.
        ("x(one => { let two; y(two) })", "x(e=>{let t;y(t)})"),
        ("function f(one) { { let two; y(two) } } x(one)", "function e(e){{let e;y(e)}}x(one)"),
        ("try {} catch (one) { let two = 1; y(two) }", "try{}catch(e){let t=1;y(t)}"),
        ("x((one, two = y) => { let z = one; return z })", "x((e,t=y)=>{let n=e;return n})"),
        // What is used from outside keeps its name all the way in.
        ("let one; x(two => () => three => one + three)", "let e;x(t=>()=>t=>e+t)"),
        ("x({ m(one) { return { one, n: () => one } } })", "x({m(e){return{one:e,n:()=>e}}})"),
        ("let kept; { let kept; x(kept) }", "let kept;{let e;x(e)}"),
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
        #expect(try shortened("let long, kept; a(long, b.c, kept)", keeping: ["kept"]) == "let e,kept;a(e,b.c,kept)")
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
