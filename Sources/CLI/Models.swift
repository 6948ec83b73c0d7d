import ArgumentParser
import Engine
import Foundation

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the model inside the binary, or any model file.")

    @OptionGroup var model: ModelOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let model = try model.load()
        let description = model.description
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let listing = Listing(name: model.name, digest: model.digest, description: description)
            Terminal.result(String(decoding: try encoder.encode(listing), as: UTF8.self))
            return
        }
        let provenance = description.provenance
        let network = "\(description.architecture), output stride \(description.outputStride)"
        let (refined, plain) = (description.backgroundScore.binomial, description.backgroundScore.none)
        var lines = [
            "\(model.name)  \(network), \(description.classes.count) classes",
            "  digest      \(model.digest)",
            "  background  \(refined) with binomial refinement, \(plain) without",
            "  classes     \(description.classes.joined(separator: ", "))",
            "  data        \(provenance.data)",
            "  split       \(provenance.split)",
            "  method      \(provenance.method)",
            "  seed        \(provenance.seed)",
            "  licence     \(provenance.licence)",
        ]
        for (name, value) in provenance.metrics.sorted(by: { $0.key < $1.key }) {
            lines.append("  metric      \(name): \(value)")
        }
        Terminal.result(lines.joined(separator: "\n"))
    }

    private struct Listing: Encodable {
        let name: String
        let digest: String
        let description: ModelDescription
    }
}
