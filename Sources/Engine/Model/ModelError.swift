/// Why a model file is refused. The description names the file, and the tensor where one is at fault.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    public let file: String
    public let tensor: String?
    public let reason: String

    public var description: String {
        if let tensor { return "model file \(file): tensor \(tensor): \(reason)" }
        return "model file \(file): \(reason)"
    }
}
