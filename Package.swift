// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "EngineIO", targets: ["EngineIO"]),
        .library(name: "SocketIO", targets: ["SocketIO"]),
        .library(name: "SocketIOHummingbird", targets: ["SocketIOHummingbird"]),
        .library(name: "SocketIORedis", targets: ["SocketIORedis"]),
        .executable(name: "martlet", targets: ["martlet"]),
    ],
    traits: [
        .trait(name: "MongoDB", description: "Keeps the desk in MongoDB as well; needs libmongoc 1.23 or later.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(
            name: "EngineIO",
            dependencies: [nioCore, nioPosix, nioHTTP1, crypto, logging],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SocketIO",
            dependencies: ["EngineIO", nioCore, logging],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SocketIOHummingbird",
            dependencies: [
                "SocketIO", "EngineIO", hummingbirdCore, nioCore, nioHTTP1, logging, serviceLifecycle,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SocketIORedis",
            dependencies: [
                "SocketIO", "EngineIO", nioCore, nioPosix, logging,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "socketio-conformance",
            dependencies: [
                "SocketIOHummingbird", "SocketIO", "EngineIO", hummingbirdCore, nioCore, nioPosix, logging,
                serviceLifecycle,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "Desk", swiftSettings: swiftSettings),
        .target(
            name: "DeskSQLite",
            dependencies: [
                "Desk", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: swiftSettings
        ),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        // Every file of it, and of its tests, stands in `#if MongoDB`.
        .target(
            name: "DeskMongoDB",
            dependencies: [
                "Desk", nioPosix,
                .target(name: "CMongoC", condition: .when(traits: ["MongoDB"])),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "DeskServer",
            dependencies: [
                "Desk", "SocketIO", "SocketIOHummingbird", "EngineIO", "CWebAssets", hummingbirdCore, crypto, nioCore,
                nioPosix, nioHTTP1, logging, serviceLifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "CWebAssets", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "DeskStoreContract", dependencies: ["Desk"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Desk", "DeskSQLite", "DeskServer", "EngineIO", "SocketIO", "SocketIORedis", logging, nioCore,
                serviceLifecycle, .target(name: "DeskMongoDB", condition: .when(traits: ["MongoDB"])),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "EngineIOTests",
            dependencies: ["EngineIO", nioEmbedded, nioCore, nioPosix, nioHTTP1, logging],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SocketIOTests",
            dependencies: ["SocketIO", "EngineIO", nioEmbedded, nioCore, nioHTTP1, logging],
            swiftSettings: swiftSettings
        ),
        // A Redis of a test's own.
        .target(
            name: "RedisProcess",
            dependencies: [nioCore, nioPosix],
            path: "Tests/RedisProcess",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SocketIORedisTests",
            dependencies: ["SocketIORedis", "SocketIO", "EngineIO", nioCore],
            swiftSettings: swiftSettings
        ),
        // Shares its properties with the package in Fuzzing.
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["SocketIO", "EngineIO", nioEmbedded, nioCore, nioHTTP1, logging],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SocketIOHummingbirdTests",
            dependencies: [
                "socketio-conformance", "RedisProcess", "SocketIOHummingbird", "SocketIORedis", "SocketIO", "EngineIO",
                hummingbirdCore, nioCore, nioPosix, nioHTTP1, logging, serviceLifecycle,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "DeskTests", dependencies: ["Desk"], swiftSettings: swiftSettings),
        .testTarget(
            name: "DeskSQLiteTests",
            dependencies: ["DeskSQLite", "Desk", "DeskStoreContract", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DeskMongoDBTests",
            dependencies: ["DeskMongoDB", "Desk", "DeskStoreContract"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DeskServerTests",
            dependencies: [
                "martlet", "RedisProcess", "DeskServer", "Desk", "DeskSQLite", "SocketIORedis", "SocketIO", "EngineIO",
                crypto, nioCore,
                nioPosix, nioHTTP1,
                logging,
                .product(name: "Metrics", package: "swift-metrics"),
                serviceLifecycle,
            ],
            swiftSettings: swiftSettings
        ),
    ],
    swiftLanguageModes: [.v6]
)
