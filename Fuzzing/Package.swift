// swift-tools-version: 6.2
// The fuzzer: scripts/fuzz.sh builds and runs it. A package of its own, so that nobody who uses the libraries builds
// it. EngineIO, SocketIO and the properties are links to the sources of the package above; here alone they are compiled
// with coverage for libFuzzer and with AddressSanitizer, and their dependencies without.
import PackageDescription

let instrumented: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-enable-testing", "-sanitize=fuzzer,address"]),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(
            name: "EngineIO",
            dependencies: [nioCore, nioPosix, nioHTTP1, "Crypto", logging],
            swiftSettings: instrumented
        ),
        .target(name: "SocketIO", dependencies: ["EngineIO", nioCore, logging], swiftSettings: instrumented),
        .target(name: "Crypto"),
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["EngineIO", "SocketIO", "CLibFuzzer", nioCore, nioEmbedded, nioHTTP1, logging],
            swiftSettings: instrumented,
            // libFuzzer is written in C++.
            linkerSettings: [.unsafeFlags(["-sanitize=address", "-use-ld=lld"]), .linkedLibrary("stdc++")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
