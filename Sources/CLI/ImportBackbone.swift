import ArgumentParser
import Engine
import Foundation

struct ImportBackbone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-backbone",
        abstract: "Make a backbone file for training of a public checkpoint's weights.",
        discussion: """
            The checkpoint is a file of PyTorch's torch.save, in its zip or its older stream format, or a safetensors \
            file, with the tensor names of the architecture's public checkpoints; what programs put around a network \
            (module., state_dict) is taken off. Nothing of it is run: a pickle that asks for anything but tensors in \
            plain containers is refused. Weights are written in single precision; tensors that are no part of the \
            architecture are named and left out.
            """)

    @Argument(help: "Checkpoint: a .pth or .safetensors file.") var checkpoint: String
    @Option(help: "The network that it is of: \(Architectures.names).") var architecture: String
    @Option(help: "Backbone file (safetensors) to write.") var out: String

    func validate() throws { try CheckpointFile.check(architecture: architecture) }

    func run() throws {
        let data = try CheckpointFile.read(checkpoint)
        let name = URL(fileURLWithPath: checkpoint).lastPathComponent
        let imported = try BackboneImport(data, name: name, architecture: architecture)
        try imported.file.write(to: URL(fileURLWithPath: out), options: .atomic)
        CheckpointFile.note(imported.leftOut, architecture)
        Terminal.note("\(out): \(imported.tensorCount) tensors, \(imported.file.count) bytes")
    }
}
