import ArgumentParser
import Engine
import Foundation

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the model inside the binary, or any model file.")

    @OptionGroup var model: ModelOption
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print the network as a table, a line an operation, for an image of --height and --width.")
    var graph = false
    @OptionGroup var size: InputSizeOptions

    func run() throws {
        let model = try model.load()
        let description = model.description
        if graph {
            Terminal.result(try GraphTable(model.graph, height: size.height, width: size.width).text)
            return
        }
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
            "  parameters  \(ParameterTable(model.graph).count)",
            "  background  \(refined) with binomial refinement, \(plain) without",
            "  classes     \(ClassName.listed(description.classes))",
            "  data        \(provenance.data)",
            "  split       \(provenance.split)",
            "  method      \(provenance.method)",
            "  seed        \(provenance.seed)",
            "  licence     \(provenance.licence)",
        ]
        let (ofClasses, metrics) = (
            provenance.metrics.filter { HeldOutMetrics.isOfOneClass($0.key) },
            provenance.metrics.filter { !HeldOutMetrics.isOfOneClass($0.key) }
        )
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
            lines.append("  metric      \(name): \(value)")
        }
        if let lowest = ofClasses.values.min(), let highest = ofClasses.values.max() {
            lines.append(
                "  metric      AP of \(ofClasses.count) classes: \(Percent.text(lowest / 100)) to "
                    + "\(Percent.text(highest / 100)), each with --json")
        }
        Terminal.result(lines.joined(separator: "\n"))
    }

    private struct Listing: Encodable {
        let name: String
        let digest: String
        let description: ModelDescription
    }
}
