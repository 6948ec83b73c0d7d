import ArgumentParser
import Engine
import Foundation

struct ImportModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-model",
        abstract: "Make a model file of a classifier's checkpoint, to label with at once.",
        discussion: """
            The checkpoint is a file of PyTorch's torch.save or a safetensors file, with its class layer, by the names \
            of torchvision, timm, IRN or SEAM; what programs put around a network (module., state_dict) is taken off. \
            Nothing of it is run. Weights are written in single precision, with the preprocessing that the \
            architecture's public checkpoints were trained with. A checkpoint of another architecture is refused with \
            what does not fit and the architecture that would.
            """)

    @Argument(help: "Checkpoint: a .pth or .safetensors file.") var checkpoint: String
    @Option(help: "The network that it is of: \(Architectures.names).") var architecture: String
    @Option(
        help: """
            File with one class a line, in the order of the class layer, or a labelmap.txt. The background stands in \
            the first line or is left out.
            """)
    var classes: String
    @Option(help: "Input pixels a cell of the class maps. Default: 16 where the architecture has a choice.")
    var outputStride: Int?
    @Option(help: "Model file to write.") var out: String

    func validate() throws { try CheckpointFile.check(architecture: architecture) }

    func run() throws {
        let names = try ClassFile.read(contentsOf: classes)
        for (index, name) in names.enumerated() {
            guard let fault = ClassName.faultOfNew(name) else { continue }
            throw ValidationError("\(classes): class \(index + 1), \(fault)")
        }
        let imported = try ModelImport(
            CheckpointFile.read(checkpoint), name: URL(fileURLWithPath: checkpoint).lastPathComponent,
            architecture: architecture, outputStride: outputStride, classes: names)
        try imported.file.write(to: URL(fileURLWithPath: out), options: .atomic)
        CheckpointFile.note(imported.leftOut, architecture)
        Terminal.note("\(out): \(names.count) classes, \(imported.file.count) bytes")
    }
}
