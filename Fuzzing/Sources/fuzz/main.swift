// FUZZ_TARGET=NAME fuzz [libFuzzer's flags and folders]: see scripts/fuzz.sh.
import CLibFuzzer

#if canImport(Glibc)
import Glibc
#endif

guard let name = getenv("FUZZ_TARGET"), let chosen = FuzzTarget(rawValue: String(cString: name)) else {
    fatalError("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
}
let target = chosen

@Sendable func run(_ input: [UInt8]) {
    do throws(Violation) {
        try target.check(input, allocatedBytes: { Int(__sanitizer_get_current_allocated_bytes()) })
    } catch {
        // libFuzzer keeps the input of a process that ends.
        fatalError("\(target.rawValue): \(error)")
    }
}

// What is allocated once, at first use, is no growth.
run([])
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}
exit(status)
