import CDefaultModel
import Crypto
import Foundation
import Synchronization
import Text

/// A CAM network with its classes and defaults, read from one safetensors file. Immutable.
public final class Model: Sendable {
    public let description: ModelDescription
    /// As it was described, its class layer's rows being the classes.
    package let graph: NetworkGraph
    let network: CompiledNetwork
    /// What the class layer adds to each class's pooled map; nil where it has no bias.
    let classBias: [Float]?
    /// SHA-256 of the file, 64 hex digits: part of every result's address.
    public let digest: String
    /// The file's name, "default" for the model inside the binary.
    public let name: String
    private let indexByClass: [ByteKey: Int]
    /// The classes that a list of labels must not take apart.
    let wholeNames: WholeNames
    /// Made when a label is unknown for the first time.
    private let hint = Mutex<LabelHint?>(nil)

    /// Over this, a file is refused before it is read.
    static let maximumFileBytes = 2 << 30

    public convenience init(contentsOf path: String) throws(ModelError) {
        let data: Data
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= Model.maximumFileBytes else {
                throw ModelError(
                    file: path, tensor: nil, reason: "\(size) bytes are over the limit of \(Model.maximumFileBytes)")
            }
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError(file: path, tensor: nil, reason: "can't be read: \(FileFault.words(of: error))")
        }
        try self.init(data, file: path)
    }

    /// The model inside the binary.
    public static func embedded() throws(ModelError) -> Model {
        // The bytes live as long as the process, so they are neither copied nor freed.
        guard let start = UnsafeMutableRawPointer(mutating: default_model_bytes()) else {
            throw ModelError(file: "default", tensor: nil, reason: "was left out of this build")
        }
        let data = Data(bytesNoCopy: start, count: default_model_size(), deallocator: .none)
        return try Model(data, file: "default")
    }

    /// A model in memory.
    /// - Parameter name: for messages, as a file's.
    public convenience init(data: Data, name: String) throws(ModelError) { try self.init(data, file: name) }

    init(_ data: Data, file: String) throws(ModelError) {
        let tensors = try Safetensors(data, file: file)
        description = try ModelDescription(tensors.metadata, file: file)
        guard let architecture = Architectures.named(description.architecture) else {
            throw ModelError(file: file, tensor: nil, reason: "unknown architecture \(description.architecture.shown)")
        }
        let (bias, classes) = ("\(architecture.classLayer).bias", description.classes.count)
        do throws(GraphFault) {
            graph = try architecture.graph(
                outputStride: description.outputStride, classes: classes, bias: tensors.entries[bias] != nil)
        } catch {
            throw ModelError(file: file, tensor: nil, reason: error.description)
        }
        network = try CompiledNetwork(graph, from: tensors)
        classBias = tensors.entries[bias] == nil ? nil : try tensors.floats(bias, shape: [classes])
        digest = SHA256.hash(data: data).hexDigits
        name = file == "default" ? file : URL(fileURLWithPath: file).lastPathComponent
        indexByClass = Dictionary(
            uniqueKeysWithValues: description.classes.enumerated().map { (ByteKey($0.element), $0.offset) })
        wholeNames = WholeNames(of: description.classes)
    }

    /// Runs the network with buffers of its own, for one caller at a time. Maps hold the class layer's bias, so that a class's
    /// mean is its logit.
    func makePass() -> ForwardPass {
        let workspace = PassWorkspace()
        return { [network, classBias] input, size, team in
            var maps = network.forward(input, size: size, workspace: workspace, team: team)[0]
            if let classBias {
                for index in maps.planes.indices { maps.planes[index] += classBias[index / maps.size.count] }
            }
            return (maps.size, maps.planes)
        }
    }

    /// Position of a class in the class layer, nil for an unknown name. Compared byte by byte.
    public func classIndex(_ name: String) -> Int? { indexByClass[ByteKey(name)] }

    /// What unknown labels may have meant.
    var labelHint: LabelHint {
        hint.withLock { known in
            if let known { return known }
            let made = LabelHint(classes: description.classes)
            known = made
            return made
        }
    }
}

/// - Parameters: the input, [3, height, width], normalised as the model says; its size; threads that share the work.
/// - Returns: the class maps' size, and [classes, height, width] of them, before any pooling.
typealias ForwardPass = (UnsafePointer<Float>, MapSize, ThreadTeam) -> (size: MapSize, logits: [Float])
