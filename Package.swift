// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "pseudolabel",
    products: [
        .executable(name: "pseudolabel", targets: ["CLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C: what Swift cannot do itself, a few lines each.
        .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
        .target(
            name: "CImageCodecs",
            linkerSettings: [
                .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("webp"), .linkedLibrary("webpdemux"),
                .linkedLibrary("z"),
            ]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CKernels"),
        .target(name: "CSandbox"),
        .target(
            name: "CTrust",
            // Foundation's library has to find the function in the program before libcurl's.
            linkerSettings: [
                .linkedLibrary("dl"), .unsafeFlags(["-Xlinker", "--export-dynamic-symbol=curl_easy_init"]),
            ]),
        .target(
            name: "CPage",
            exclude: [
                "page.html", "page.css", "docs.css", "classes.js", "drawing.js", "events.js", "figures.js",
                "gallery.js", "image.js", "jobs.js", "label.js", "result.js", "service.js", "start.js", "tips.js",
                "token.js", "viewer.js",
            ]),
        .target(
            name: "CDefaultModel", path: "Models",
            exclude: ["README.md", "NOTICE", "default.json", "default.safetensors"]),

        // Swift: Engine and Store never import each other; Server uses both. Text is for all: foreign text as bytes.
        .target(name: "Text"),
        .target(
            name: "Engine",
            dependencies: [
                "Text", "COpenBLAS", "CImageCodecs", "CKernels", "CDefaultModel",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Store",
            dependencies: ["Text", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Server",
            dependencies: [
                "Text", "Engine", "Store", "CPage", "CSandbox", "CZlib",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Text", "Engine", "Store", "Server", "CTrust",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // What the tests of several targets share: an HTTP client, pictures, random numbers from a seed.
        .target(name: "TestSupport", dependencies: ["CZlib"], path: "Tests/Support"),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Text", "TestSupport"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "TestSupport"]),
        .testTarget(name: "ServerTests", dependencies: ["Server", "TestSupport"]),
        .testTarget(name: "CLITests", dependencies: ["CLI", "Server", "Store", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
