import ArgumentParser
import Engine
import Foundation
import Text

/// The log of a training run: one JSON object a line, of a step or of a look after an epoch.
final class TrainingLog {
    struct Step: Codable {
        /// From 1 on.
        let step: Int
        /// From 1 on.
        let epoch: Int
        let loss: Float
        /// Unweighted.
        let terms: Objective.Weights
        /// L2 of the whole gradient, before it was clipped.
        let gradientNorm: Float
        /// Whether the gradient was shortened to the recipe's limit.
        let clipped: Bool
        /// Whether weights changed.
        let applied: Bool
        /// The classification loss of predicting each class with its frequency among the training images.
        let chance: Double
        /// Standard deviation of a class's mean logits over the batch's images, the mean over classes.
        let logitSpread: Float?
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

    /// What happened beside steps and looks.
    struct Event: Codable {
        /// "recovery": the run went back to an earlier step.
        let event: String
        /// Step after which it was noticed.
        let step: Int
        /// Step it went back to, and epochs done there.
        let back: Int
        let epoch: Int
        /// What the learning rate is multiplied by from there on.
        let rateFactor: Float
        let reason: String

        init(_ recovery: Recovery, epoch: Int) {
            (event, step, back, self.epoch) = ("recovery", recovery.noticed, recovery.back, epoch)
            (rateFactor, reason) = (recovery.rateFactor, recovery.reason)
        }
    }

    /// The run as it stands: what it went back over is in the file alone.
    private struct Run {
        var logged = LoggedSteps()
        var looks: [Look] = []
        var heldOut: [HeldOut] = []
        var recoveries: [Event] = []

        mutating func goBack(_ event: Event) {
            logged.goBack(to: event.back)
            looks.removeAll { $0.epoch > event.epoch }
            heldOut.removeAll { $0.epoch > event.epoch }
            recoveries.append(event)
        }
    }

    private var run = Run()
    var logged: LoggedSteps { run.logged }
    var looks: [Look] { run.looks }
    var heldOut: [HeldOut] { run.heldOut }
    var recoveries: [Event] { run.recoveries }
    private let file: FileHandle
    private let path: String
    private let encoder = JSONEncoder()

    /// Starts the file anew, or goes on with what a stopped run had logged up to a step.
    /// - Parameters:
    ///   - epochs: done at that step.
    ///   - recoveries: until then; what was logged before the last of them stays.
    init(_ path: String, resumesAt step: Int, epochs: Int, recoveries: Int) throws {
        self.path = path
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // The step that spoils a network is the one that must be in the log.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let isFresh = step == 0 && recoveries == 0
        let earlier = isFresh ? [] : try TrainingLog.lines(path)
        var kept: [Data] = []
        // Of a log that is not the run's own, or was cut off, fewer are found.
        let events = earlier.count { (try? decoder.decode(Event.self, from: $0)) != nil }
        var recoveriesLeft = min(recoveries, events)
        for json in earlier {
            // A line that was cut off by the stop, or that came after the checkpoint, is logged again.
            guard json.withUnsafeBytes(ModelDescription.fault(inJSON:)) == nil else { continue }
            if let event = try? decoder.decode(Event.self, from: json) {
                guard recoveriesLeft > 0 else { continue }
                recoveriesLeft -= 1
                run.goBack(event)
            } else if let entry = try? decoder.decode(Step.self, from: json), entry.step <= step || recoveriesLeft > 0 {
                run.logged.add(entry)
            } else if let look = try? decoder.decode(Look.self, from: json), !look.isFinal,
                look.epoch <= epochs || recoveriesLeft > 0
            {
                run.looks.append(look)
            } else if let look = try? decoder.decode(HeldOut.self, from: json), !look.isFinal,
                look.epoch <= epochs || recoveriesLeft > 0
            {
                run.heldOut.append(look)
            } else {
                continue
            }
            kept.append(json)
        }
        do {
            try Data(kept.map { $0 + Data("\n".utf8) }.joined()).write(to: URL(fileURLWithPath: path), options: .atomic)
            file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
        } catch {
            throw ValidationError("\(path) can't be written: \(FileFault.words(of: error))")
        }
    }

    /// Each may be anything but a line feed: a run can be cut off within a letter. None where there is no file.
    private static func lines(_ path: String) throws -> [Data] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")).map {
                Data($0)
            }
        } catch {
            throw ValidationError("\(path) can't be read: \(FileFault.words(of: error))")
        }
    }

    func append(_ step: Step) throws {
        run.logged.add(step)
        try write(step)
    }

    func append(_ event: Event) throws {
        run.goBack(event)
        try write(event)
    }

    func append(_ look: Look) throws {
        run.looks.append(look)
        try write(look)
    }

    func append(_ look: HeldOut) throws {
        run.heldOut.append(look)
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
