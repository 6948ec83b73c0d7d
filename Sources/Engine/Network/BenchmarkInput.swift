import Foundation
import Text

/// Why the input file of a benchmark is refused. The description names the file and says what it must hold.
public struct BenchmarkInputError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

/// A file of tensors (safetensors) that a benchmark computes with instead of made-up ones.
struct BenchmarkInput {
    private let file: String
    private let tensors: Safetensors
    /// Of one tensor.
    static let maximumFloats = 1 << 28

    init(contentsOf path: String) throws(BenchmarkInputError) {
        file = path
        do {
            tensors = try Safetensors(
                Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe), file: path)
        } catch let error as ModelError {
            throw BenchmarkInputError(description: "input file \(path): \(error.reason)")
        } catch {
            throw BenchmarkInputError(
                description: "input file \(path): can't be read: \(FileFault.words(of: error))")
        }
    }

    /// A tensor's shape and elements, row-major.
    /// - Parameter sides: the length that each side must have, and for messages its name; a length of nil is any
    ///   from 1.
    func tensor(_ name: String, _ sides: [(name: String, length: Int?)]) throws(BenchmarkInputError) -> (
        shape: [Int], values: [Float]
    ) {
        let wanted = sides.map { $0.length.map(String.init) ?? $0.name }.joined(separator: ", ")
        func fail(_ reason: String) -> BenchmarkInputError {
            BenchmarkInputError(
                description: "input file \(file): tensor \(name): \(reason); give it as float32 [\(wanted)]")
        }
        guard let shape = tensors.entries[name]?.shape else { throw fail("missing") }
        guard shape.count == sides.count, zip(shape, sides).allSatisfy({ $0 == $1.length ?? max(1, $0) }) else {
            throw fail("has shape \(shape)")
        }
        guard shape.reduce(1, *) <= BenchmarkInput.maximumFloats else {
            throw fail("has more than \(BenchmarkInput.maximumFloats) elements")
        }
        do {
            return (shape, try tensors.floats(name))
        } catch {
            throw fail(error.reason)
        }
    }
}
