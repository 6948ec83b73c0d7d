import Foundation
import Text

/// What a model file says of itself beside its weights: the metadata of the safetensors header, one string a key, each
/// string JSON but for `architecture`.
public struct ModelDescription: Codable, Sendable, Equatable {
    /// One of `Architectures`.
    public let architecture: String
    /// Input pixels a cell of the class maps, one that the architecture has.
    public let outputStride: Int
    /// Class names in the order of the class layer, without the background. Mask value = position + 1.
    public let classes: [String]
    public let normalisation: Normalisation
    /// The default background score of each refinement, chosen on a whole data set.
    public let backgroundScore: BackgroundScore
    /// The highest logit that the map of a class in the picture has on average; nil in files that do not say. From
    /// image-level labels alone.
    public let mapMaximum: Float?
    public let provenance: Provenance

    /// The network's input is (value - mean) / deviation, with sRGB values 0...255, per channel R, G, B.
    public struct Normalisation: Codable, Sendable, Equatable {
        public let mean: [Float]
        public let deviation: [Float]

        public init(mean: [Float], deviation: [Float]) { (self.mean, self.deviation) = (mean, deviation) }

        /// torchvision's, of nearly all public checkpoints.
        static let imageNet = Normalisation(
            mean: [0.485 * 255, 0.456 * 255, 0.406 * 255], deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255])
    }

    /// Where a class map in [0, 1] is even with the background, by the refinement that follows.
    public struct BackgroundScore: Codable, Sendable, Equatable {
        public let binomial: Float
        public let none: Float

        public init(binomial: Float, none: Float) { (self.binomial, self.none) = (binomial, none) }
    }

    /// Where the weights come from.
    public struct Provenance: Codable, Sendable, Equatable {
        public let data: String
        public let split: String
        public let method: String
        public let seed: String
        /// Figures by name; each name states split, stage, labels and background score.
        public let metrics: [String: Double]
        public let licence: String

        public init(
            data: String, split: String, method: String, seed: String, metrics: [String: Double], licence: String
        ) {
            (self.data, self.split, self.method) = (data, split, method)
            (self.seed, self.metrics, self.licence) = (seed, metrics, licence)
        }
    }

    public init(
        architecture: String, outputStride: Int, classes: [String], normalisation: Normalisation,
        backgroundScore: BackgroundScore, mapMaximum: Float?, provenance: Provenance
    ) {
        (self.architecture, self.outputStride, self.classes) = (architecture, outputStride, classes)
        (self.normalisation, self.backgroundScore, self.provenance) = (normalisation, backgroundScore, provenance)
        self.mapMaximum = mapMaximum
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case architecture, classes, normalisation, provenance
        case outputStride = "output_stride"
        case backgroundScore = "background_score"
        case mapMaximum = "map_maximum"
    }

    static let maximumClasses = 65_534  // a 16-bit mask holds one more value for "ignore"
}

// MARK: - Safetensors metadata

extension ModelDescription {
    init(_ metadata: [String: String], file: String) throws(ModelError) {
        func fail(_ key: CodingKeys, _ reason: String) -> ModelError { key.error(reason, file: file) }
        func value<T: Decodable>(_ key: CodingKeys, _ what: String) throws(ModelError) -> T {
            guard let text = metadata[key.rawValue] else {
                throw fail(key, "is missing; write model files with `pseudolabel pack-model`")
            }
            do {
                let json = Data(text.utf8)
                if let fault = json.withUnsafeBytes(ModelDescription.fault(inJSON:)) { throw fault }
                return try JSONDecoder().decode(T.self, from: json)
            } catch {
                throw fail(key, "is not \(what)")
            }
        }
        guard let architecture = metadata[CodingKeys.architecture.rawValue] else {
            throw fail(.architecture, "is missing")
        }
        self.architecture = architecture
        outputStride = try value(.outputStride, "a whole number")
        classes = try value(.classes, "a JSON list of names")
        normalisation = try value(.normalisation, "{\"mean\": [3 numbers], \"deviation\": [3 numbers]}")
        backgroundScore = try value(.backgroundScore, "{\"binomial\": number, \"none\": number}")
        mapMaximum = metadata[CodingKeys.mapMaximum.rawValue] == nil ? nil : try value(.mapMaximum, "a number")
        provenance = try value(.provenance, "the JSON object of a provenance")
        try check(file: file)
    }

    /// Refuses values that no later stage could use.
    func check(file: String) throws(ModelError) {
        func fail(_ key: CodingKeys, _ reason: String) -> ModelError { key.error(reason, file: file) }
        guard let described = Architectures.named(architecture) else {
            throw fail(.architecture, "is \"\(architecture.shown)\"; known are \(Architectures.names)")
        }
        guard described.outputStrides.contains(outputStride) else {
            let known = described.outputStrides.map(String.init).joined(separator: ", ")
            throw fail(.outputStride, "is \(outputStride); \(described.name) has \(known)")
        }
        guard (1...ModelDescription.maximumClasses).contains(classes.count) else {
            throw fail(.classes, "names \(classes.count) classes, not 1 to \(ModelDescription.maximumClasses)")
        }
        if let fault = ModelDescription.fault(inClasses: classes) { throw fail(.classes, fault) }
        guard normalisation.isUsable else { throw fail(.normalisation, Normalisation.need) }
        if let mapMaximum, !(mapMaximum > 0 && mapMaximum.isFinite) {
            throw fail(.mapMaximum, "is \(mapMaximum), not a positive number")
        }
        guard (0...1).contains(backgroundScore.binomial), (0...1).contains(backgroundScore.none) else {
            throw fail(.backgroundScore, "must lie in 0...1")
        }
    }

    /// What JSON of a description is refused for before a decoder sees it; nil where that is nothing.
    public static func fault(inJSON text: UnsafeRawBufferPointer) -> JSONFault? { SafetensorsHeader.fault(in: text) }

    /// What is wrong with class names, the first that is; nil where nothing is.
    static func fault(inClasses classes: [String]) -> String? {
        guard Set(classes.map(ByteKey.init)).count == classes.count, !classes.contains(where: \.isEmpty) else {
            return "holds an empty or a repeated name"
        }
        for (index, name) in classes.enumerated() {
            guard let fault = ClassName.fault(name) else { continue }
            return "holds a name that cannot be used: class \(index + 1), \(fault)"
        }
        return nil
    }

    func metadata() throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var metadata = [
            CodingKeys.architecture.rawValue: architecture,
            CodingKeys.outputStride.rawValue: String(outputStride),
            CodingKeys.classes.rawValue: try text(classes),
            CodingKeys.normalisation.rawValue: try text(normalisation),
            CodingKeys.backgroundScore.rawValue: try text(backgroundScore),
            CodingKeys.provenance.rawValue: try text(provenance),
        ]
        metadata[CodingKeys.mapMaximum.rawValue] = try mapMaximum.map(text)
        return metadata
    }
}

extension ModelDescription.CodingKeys {
    fileprivate func error(_ reason: String, file: String) -> ModelError {
        ModelError(file: file, tensor: nil, reason: "metadata \"\(rawValue)\" \(reason)")
    }
}
