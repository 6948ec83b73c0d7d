import ArgumentParser
import Engine
import Foundation
import Text

/// A checkpoint that a command imports.
enum CheckpointFile {
    /// - Throws: `ValidationError` for what can't be read or is too large to be one.
    static func read(_ path: String) throws -> Data {
        let url = URL(fileURLWithPath: path)
        do {
            let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
            guard size <= BackboneImport.maximumFileBytes else {
                let limit = BackboneImport.maximumFileBytes
                throw ValidationError("\(path) has \(size) bytes, over the limit of \(limit)")
            }
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch let error as CocoaError {
            throw ValidationError("\(path) can't be read: \(FileFault.words(of: error))")
        }
    }

    static func check(architecture: String) throws {
        guard Architectures.canonicalName(architecture) != nil else {
            throw ValidationError("--architecture is \"\(architecture.shown)\"; known are \(Architectures.names)")
        }
    }

    static func note(_ leftOut: [String], _ architecture: String) {
        let name = Architectures.canonicalName(architecture) ?? architecture
        for tensor in leftOut.prefix(shown) { Terminal.note("left out: \(tensor), no part of \(name)") }
        let more = leftOut.count - shown
        if more > 0 { Terminal.note("left out: \(more) more tensors") }
    }

    private static let shown = 20
}
