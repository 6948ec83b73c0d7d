import Foundation
import Testing

@testable import Store

extension ContentDigest {
    /// 64 hexadecimal digits that end in `number`, starting with its last two.
    static func make(_ number: Int) throws -> ContentDigest {
        try #require(ContentDigest(rawValue: hexDigits(number)))
    }
}

extension MaskID {
    static func make(_ number: Int) throws -> MaskID {
        try #require(MaskID(rawValue: hexDigits(number)))
    }
}

private func hexDigits(_ number: Int) -> String {
    String(format: "%02x%062x", number % 256, number)
}

extension MaskRecord {
    /// A record with two classes. `image` stands for the picture, `id` for picture, model and options together.
    static func make(
        id: Int = 1, image: Int? = nil, model: Int = 7, labelSource: LabelSource = .given, pngBytes: Int = 1000,
        width: Int = 40, height: Int = 30,
        timings: [StageTiming] = [
            StageTiming(stage: "decode", seconds: 0.1), StageTiming(stage: "cam", seconds: 1.0 / 3),
        ],
        classes: [ClassRecord]? = nil, createdAt: Date = Date(timeIntervalSince1970: 1_700_000_000.1234)
    ) throws -> MaskRecord {
        MaskRecord(
            id: try .make(id), imageSHA256: try .make(image ?? id), imageWidth: width, imageHeight: height,
            imageMediaType: "image/jpeg", modelDigest: try .make(model), options: #"{"labels":["cat","dog"]}"#,
            labelSource: labelSource, maskPNG: noise(pngBytes, seed: id),
            classes: classes ?? [.make(classIndex: 11), .make(classIndex: 3, meanPosterior: nil, boxes: [])],
            timings: timings, createdAt: createdAt)
    }
}

extension GroundTruthRecord {
    static func make(
        _ number: Int = 1, options: Int = 5, scoreBytes: Int = 100, createdAt: Date = Date(timeIntervalSince1970: 1e9)
    ) throws -> GroundTruthRecord {
        GroundTruthRecord(
            sha256: try .make(number), optionsDigest: try .make(options), score: noise(scoreBytes, seed: number),
            createdAt: createdAt)
    }
}

extension ClassRecord {
    static func make(
        classIndex: Int = 11, name: String = "cat", posterior: Double = 0.1 + 0.2, areaShare: Double = 1.0 / 3,
        meanPosterior: Double? = 0.875, boxes: [BoxRecord] = [BoxRecord(x: 1, y: 2, width: 39, height: 4)],
        rleCounts: String = "32102O'\";--\\"
    ) -> ClassRecord {
        ClassRecord(
            classIndex: classIndex, name: name, posterior: posterior, areaShare: areaShare,
            meanPosterior: meanPosterior, boxes: boxes, rleCounts: rleCounts)
    }
}

/// Bytes that depend on the seed, the same at every run.
func noise(_ count: Int, seed: Int) -> Data {
    var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    return Data((0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    })
}

/// A directory that goes with the test.
final class TemporaryDirectory {
    let path = FileManager.default.temporaryDirectory.path + "/store-tests-\(UUID().uuidString)"
    var layout: DataDirectory { DataDirectory(path: path) }

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes a store of `count` masks, each of its own image, and closes it.
    func fill(_ count: Int, pngBytes: Int = 1000) throws {
        let store = try Store.open(directory: path)
        for id in 1...count {
            try store.insert(.make(id: id, pngBytes: pngBytes), imageBytes: noise(100, seed: id))
        }
        store.close()
    }

    var databaseBytes: Data { get throws { try Data(contentsOf: URL(fileURLWithPath: layout.database)) } }

    func writeDatabase(_ bytes: Data) throws {
        try bytes.write(to: URL(fileURLWithPath: layout.database))
    }

    /// The files under `images/`, as paths relative to it.
    var imageFiles: Set<String> {
        get throws {
            let paths = FileManager.default.enumerator(atPath: layout.images)?.compactMap { $0 as? String } ?? []
            return Set(paths.filter { $0.contains("/") })
        }
    }
}

func permissions(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
}
