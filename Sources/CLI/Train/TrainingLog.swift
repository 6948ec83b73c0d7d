import ArgumentParser
import Engine
import Foundation
import Text

/// The log of a training run: one JSON object a line, of a step or of an epoch.
final class TrainingLog {
    struct Step: Codable {
        /// From 1 on.
        let step: Int
        let epoch: Int
        let loss: Float
        /// Unweighted.
        let terms: Objective.Weights
        let gradientNorm: Float
        let learningRate: Float
        let imagesPerSecond: Double
    }

    /// A look at the validation images: class activation maps without refinement, labels given.
    struct Look: Codable {
        /// Epochs done.
        let epoch: Int
        let meanIoU: Double
        let contourF: Double
        /// Background score of both figures.
        let backgroundScore: Float
        /// Images of the list, by name.
        let list: String
        let scales: [Double]
        let isFinal: Bool

        private enum CodingKeys: String, CodingKey {
            case epoch, contourF, backgroundScore, list, scales, isFinal
            case meanIoU = "meanIou"  // written as mean_iou, not mean_io_u
        }
    }

    private(set) var steps: [Step] = []
    private(set) var looks: [Look] = []
    private let file: FileHandle
    private let path: String
    private let encoder = JSONEncoder()

    /// Starts the file anew, or goes on with what a stopped run had logged up to a step.
    /// - Parameter epochs: done at that step.
    init(_ path: String, resumesAt step: Int, epochs: Int) throws {
        self.path = path
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let earlier = step == 0 ? "" : (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var kept: [Substring] = []
        for line in earlier.lines {
            // A line that was cut off by the stop, or that came after the checkpoint, is logged again.
            let json = Data(line.utf8)
            guard (try? json.withUnsafeBytes { try JSONScan.check($0, maximumDepth: 32) }) != nil else { continue }
            if let entry = try? decoder.decode(Step.self, from: json), entry.step <= step {
                steps.append(entry)
                kept.append(line)
            } else if let look = try? decoder.decode(Look.self, from: json), !look.isFinal,
                look.epoch <= epochs
            {
                looks.append(look)
                kept.append(line)
            }
        }
        do {
            try Data(kept.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
        } catch {
            throw ValidationError("\(path) can't be written: \(FileFault.words(of: error))")
        }
    }

    func append(_ step: Step) throws {
        steps.append(step)
        try write(step)
    }

    func append(_ look: Look) throws {
        looks.append(look)
        try write(look)
    }

    private func write(_ entry: some Encodable) throws {
        let line = try encoder.encode(entry) + Data("\n".utf8)
        do {
            try file.write(contentsOf: line)
        } catch {
            throw TrainingFiles.Unwritten(path: path, reason: FileFault.words(of: error))
        }
    }
}
