import Foundation
import TestSupport
import Testing

@testable import Engine

/// Benchmarks on given tensors.
@Suite struct BenchTests {
    private func write(_ tensors: [(name: String, shape: [Int])], in directory: TemporaryDirectory) throws -> String {
        var writer = SafetensorsWriter()
        for (name, shape) in tensors {
            let values = (0..<shape.reduce(1, *)).map { sin(Float($0) * 0.7) }
            writer.append(name, shape: shape, values: values, as: .float32)
        }
        let file = directory.path("input.safetensors")
        try writer.encoded().write(to: URL(fileURLWithPath: file))
        return file
    }

    private func output(_ name: String, of file: String) throws -> (shape: [Int], values: [Float]) {
        let tensors = try Safetensors(Data(contentsOf: URL(fileURLWithPath: file)), file: file)
        return (try #require(tensors.entries[name]?.shape), try tensors.floats(name))
    }

    @Test(arguments: [1, 2]) func forward_givesMapsAndLogitsOfEachPicture(threads: Int) throws {
        let directory = try TemporaryDirectory()
        let input = try write([("input", [3, 3, 35, 50])], in: directory)
        let result = try pseudolabel(
            "bench", "forward", "--input", input, "--output", directory.path("logits"), "--repetitions", "1",
            "--threads", "\(threads)", "--json")
        #expect(result.status == 0 && result.output.contains("\"pictures\" : 3"))
        let maps = try output("maps", of: directory.path("logits"))
        #expect(maps.shape == [3, 20, 3, 4])

        let pictures = try Safetensors(Data(contentsOf: URL(fileURLWithPath: input)), file: input).floats("input")
        let forward = try Model.embedded().makePass()
        let expected = pictures.chunked(into: 3 * 35 * 50).flatMap {
            forward($0, MapSize(height: 35, width: 50), ThreadTeam(size: 1)).logits
        }
        #expect(zip(maps.values, expected).allSatisfy { $0 == $1 })
        let logits = try output("logits", of: directory.path("logits"))
        #expect(logits.shape == [3, 20])
        #expect(
            zip(logits.values, expected.chunked(into: 12)).allSatisfy { abs($0 - $1.reduce(0, +) / 12) < 1e-4 })
    }

    @Test func convolution_givesTheLastLayersOutput() throws {
        let directory = try TemporaryDirectory()
        let input = try write(
            [("input", [1, 4, 9, 7]), ("weights", [2, 4, 4, 3, 3]), ("bias", [2, 4])], in: directory)
        let outputs = try [1, 2].map { threads in
            let result = try pseudolabel(
                "bench", "convolution", "--input", input, "--output", directory.path("output"), "--dilation", "2",
                "--repetitions", "1", "--threads", "\(threads)")
            #expect(result.status == 0 && result.output.hasPrefix("2 convolutions 3x3, 4 channels, 9 x 7, dilation 2"))
            return try output("output", of: directory.path("output"))
        }
        #expect(outputs[0].shape == [1, 4, 9, 7] && outputs[0].values.contains { $0 > 0 })
        #expect(zip(outputs[0].values, outputs[1].values).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test(arguments: [
        ([("picture", [1, 3, 8, 8])], "tensor input: missing"), ([("input", [3, 8, 8])], "has shape [3, 8, 8]"),
        ([("input", [1, 4, 8, 8])], "has shape [1, 4, 8, 8]; give it as float32 [pictures, 3, height, width]"),
        ([("input", [0, 3, 8, 8])], "has shape [0, 3, 8, 8]"),
    ])
    func forward_refusesOtherTensors(_ tensors: [(name: String, shape: [Int])], _ reason: String) throws {
        let directory = try TemporaryDirectory()
        let input = try write(tensors, in: directory)
        let result = try pseudolabel("bench", "forward", "--input", input)
        #expect(result.status != 0 && result.errors.contains(input) && result.errors.contains(reason))
    }

    @Test func missingFile_isNamed() throws {
        for command in ["forward", "convolution"] {
            let result = try pseudolabel("bench", command, "--input", "/nowhere/input")
            #expect(result.status != 0 && result.errors.contains("input file /nowhere/input: can't be read"))
        }
    }
}

extension Array {
    fileprivate func chunked(into size: Int) -> [[Element]] {
        Swift.stride(from: 0, to: count, by: size).map { Array(self[$0..<$0 + size]) }
    }
}
