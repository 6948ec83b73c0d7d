import CDefaultModel
import Crypto
import Foundation
import Synchronization
import Text

/// A CAM network with its classes and defaults, read from one safetensors file. Immutable.
public final class Model: Sendable {
    public let description: ModelDescription
    public let network: Network
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
        guard let architecture = EfficientNetLite.named(description.architecture) else {
            throw ModelError(file: file, tensor: nil, reason: "unknown architecture \(description.architecture.shown)")
        }
        network = try Network(
            architecture, outputStride: description.outputStride, classCount: description.classes.count, from: tensors)
        digest = SHA256.hash(data: data).hexDigits
        name = file == "default" ? file : URL(fileURLWithPath: file).lastPathComponent
        indexByClass = Dictionary(
            uniqueKeysWithValues: description.classes.enumerated().map { (ByteKey($0.element), $0.offset) })
        wholeNames = WholeNames(of: description.classes)
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
