import ArgumentParser

@main
struct Pseudolabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pseudolabel",
        abstract: "Pixel masks from images of which only the classes are known.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Batch.self, Label.self, Models.self, Bench.self, PackModel.self, EngineCommand.self,
            Deliver.self,
        ])
}
