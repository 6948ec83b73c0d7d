import ArgumentParser
import Engine
import Foundation
import Text

struct ImportBackbone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-backbone",
        abstract: "Make a backbone file for training of a public checkpoint's weights.",
        discussion: """
            The checkpoint is a file of PyTorch's torch.save, in its zip or its older stream format, or a safetensors \
            file, with the tensor names of the public PyTorch checkpoints. Nothing of it is run: a pickle that asks \
            for anything but tensors in plain containers is refused. Weights are written in single precision; tensors \
            that are no part of the architecture are named and left out.
            """)

    @Argument(help: "Checkpoint: a .pth or .safetensors file.") var checkpoint: String
    @Option(help: "efficientnet-lite0 to efficientnet-lite4.") var architecture: String
    @Option(help: "Backbone file (safetensors) to write.") var out: String

    func validate() throws {
        guard EfficientNetLite.named(architecture) != nil else {
            let known = EfficientNetLite.all.map(\.name).joined(separator: ", ")
            throw ValidationError("--architecture is \"\(architecture.shown)\"; known are \(known)")
        }
    }

    func run() throws {
        guard let architecture = EfficientNetLite.named(architecture) else { return }
        let url = URL(fileURLWithPath: checkpoint)
        let imported = try BackboneImport(try read(url), name: url.lastPathComponent, architecture: architecture)
        try imported.file.write(to: URL(fileURLWithPath: out), options: .atomic)
        for name in imported.leftOut { Terminal.note("left out: \(name), no part of \(architecture.name)") }
        Terminal.note("\(out): \(imported.tensorCount) tensors, \(imported.file.count) bytes")
    }

    private func read(_ url: URL) throws -> Data {
        do {
            let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
            guard size <= BackboneImport.maximumFileBytes else {
                let limit = BackboneImport.maximumFileBytes
                throw ValidationError("\(checkpoint) has \(size) bytes, over the limit of \(limit)")
            }
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch let error as CocoaError {
            throw ValidationError("\(checkpoint) can't be read: \(FileFault.words(of: error))")
        }
    }
}
