import Engine
import Foundation
import Server
import Text

extension Evaluation {
    /// What was evaluated, when and by what: figures without it mean nothing a month later.
    struct Provenance: Encodable {
        /// Directories and files as they were given, made absolute.
        let predictions: String?
        let maps: String?
        let groundTruth: String
        let images: String?
        let compare: String?
        let list: String?
        let classes: String?
        /// What made the predictions, as far as a manifest beside them tells; the most images first.
        let madeBy: [MadeBy]
        let date: Date
        /// Of the program.
        let version: String

        init(_ options: Evaluate, names: [String], date: Date = Date()) {
            func absolute(_ path: String?) -> String? { path.map { URL(fileURLWithPath: $0).path } }
            predictions = absolute(options.predictions)
            maps = absolute(options.maps)
            groundTruth = URL(fileURLWithPath: options.groundTruth).path
            (images, compare) = (absolute(options.images), absolute(options.compare))
            (list, classes) = (absolute(options.list), absolute(options.classes))
            madeBy = (options.maps ?? options.predictions).map { MadeBy.read(besides: $0, names: names) } ?? []
            self.date = date
            version = ServiceVersion.current
        }
    }

    /// A model with options, and how many of the images it made the predictions of.
    struct MadeBy: Encodable {
        let model: String
        /// `Pipeline.revision`; nil where the manifest does not tell.
        let revision: Int?
        let options: LabelingOptions
        let images: Int
    }
}

extension Evaluation.MadeBy {
    private struct Line: Decodable {
        let name: String
        let model: String
        let revision: Int?
        let options: LabelingOptions
    }

    /// `label` and archives of jobs have `manifest.jsonl` in the directory that holds the masks' own.
    static func read(besides directory: String, names: [String]) -> [Evaluation.MadeBy] {
        let folder = URL(fileURLWithPath: directory)
        let files = [folder.deletingLastPathComponent(), folder].map { $0.appendingPathComponent("manifest.jsonl") }
        guard let bytes = files.lazy.compactMap({ try? Data(contentsOf: $0, options: .mappedIfSafe) }).first
        else { return [] }
        let wanted = Set(names.map(ByteKey.init))
        let decoder = JSONDecoder()
        // The last line of an image counts.
        var lines: [ByteKey: Line] = [:]
        for text in bytes.split(separator: UInt8(ascii: "\n")) {
            guard (try? text.withUnsafeBytes { try JSONScan.check($0, maximumDepth: 32) }) != nil,
                let line = try? decoder.decode(Line.self, from: text), wanted.contains(ByteKey(line.name))
            else { continue }
            lines[ByteKey(line.name)] = line
        }
        var found: [(line: Line, images: Int)] = []
        for line in lines.sorted(by: { $0.key < $1.key }).map(\.value) {
            let known = found.firstIndex {
                $0.line.model.equalsBytes(of: line.model) && $0.line.revision == line.revision
                    && $0.line.options == line.options
            }
            if let known { found[known].images += 1 } else if found.count < most { found.append((line, 1)) }
        }
        return found.sorted { $0.images > $1.images }.map {
            Evaluation.MadeBy(
                model: $0.line.model.cut(bytes: 200), revision: $0.line.revision, options: $0.line.options,
                images: $0.images)
        }
    }

    /// Whoever mixed more than so many has no use for a list.
    private static let most = 20

    /// "binomial refinement, background score 0.37, scales 0.5 1 1.5 with flips"
    var optionsText: String {
        var parts = [
            "\(options.refinement.rawValue) refinement", "background score \(options.background)",
            "scales \(options.scales.map { "\($0)" }.joined(separator: " "))" + (options.flip ? " with flips" : ""),
        ]
        if let certainty = options.certainty { parts.append("certainty \(certainty)") }
        if let minimumArea = options.minimumArea { parts.append("minimum area \(minimumArea)") }
        if options.dropSmall == true { parts.append("small components dropped") }
        return parts.joined(separator: ", ")
    }
}

extension Evaluation.Provenance {
    /// What and value, for people.
    var rows: [[String]] {
        var rows: [[String]] = []
        func add(_ name: String, _ value: String?) { if let value { rows.append([name, value]) } }
        add("predictions", predictions)
        add("class maps", maps)
        add("ground truth", groundTruth)
        add("compared with", compare)
        add("images", images)
        add("list", list)
        add("classes", classes)
        for entry in madeBy {
            let revision = entry.revision.map { ", revision \($0)" } ?? ""
            add("model", "\(entry.model)\(revision) (\(entry.images) image\(entry.images == 1 ? "" : "s"))")
            add("options", entry.optionsText)
        }
        if madeBy.isEmpty { add("model", "not known: there is no manifest.jsonl beside the predictions") }
        add("date", date.formatted(.iso8601))
        add("version", "pseudolabel \(version)")
        return rows
    }
}
