import Testing

@testable import Engine

/// ResNet-38's networks against SEAM's own code with the same weights.
@Suite(.serialized, .enabled(if: Shared.isPresent, Comment(rawValue: Shared.skipMessage)))
struct ResNet38GoldenTests {
    /// The checkpoint's row of the background is left out, as nothing reads it.
    @Test func mapsAndRefinedMaps_matchSEAM() throws {
        let golden = try Shared.golden("resnet38_seam")
        let architecture = ResNet38.seam
        let shape = try #require(golden.entries["logits"]?.shape)
        let classes = shape[1] - architecture.rowsBeforeClasses
        let graph = try architecture.graph(outputStride: 8, classes: classes, bias: false)
        let weights = try FormulaWeights("manifest", "resnet38_seam")
        #expect(Set(ParameterTable(graph).entries.map(\.name)) == Set(weights.names))
        let interpreter = try GraphInterpreter(graph) { entry in
            let isClassLayer = entry.name.hasPrefix(architecture.classLayer)
            return try weights.values(of: entry, leaving: isClassLayer ? architecture.rowsBeforeClasses : 0)
        }
        let pass = try interpreter.forward(golden, image: "x")

        let maps = try #require(pass[NetworkGraph.Output.maps])
        let cells = shape[2] * shape[3]
        let logitError = try largestDifference(maps.values, golden.floats("logits").dropFirst(cells))
        #expect(logitError < 1e-3)
        // The reference enlarges both to the image's size.
        let image = try #require(golden.entries["cam"]?.shape)
        func enlarged(_ maps: Tensor) throws -> [Float] {
            let grid = Tensor(zeros: try Shape([1, image[2], image[3]]))
            return GridResize().forward([maps, grid], []).values
        }
        let pixels = image[2] * image[3]
        let mapError = try largestDifference(enlarged(maps), golden.floats("cam").dropFirst(pixels))
        #expect(mapError < 1e-3)
        let refined = try #require(pass[NetworkGraph.Output.refined])
        let refinedError = try largestDifference(enlarged(refined), golden.floats("cam_rv"))
        #expect(refinedError < 1e-3)

        // Only the module's own layers learn from the refined maps.
        let value = try #require(graph.outputs[NetworkGraph.Output.refined])
        let gradients = interpreter.backward(pass, from: [value: refined]).parameters
        #expect(gradients.keys.sorted() == ["f8_3.weight", "f8_4.weight", "f9.weight"])
        print("parity resnet38_seam: logits \(logitError), maps \(mapError), refined maps \(refinedError)")
    }

    @Test func affinities_matchAffinityNet() throws {
        let golden = try Shared.golden("resnet38_affinity")
        let graph = try ResNet38.affinityGraph()
        let weights = try FormulaWeights("manifest", "resnet38_affinity")
        #expect(Set(ParameterTable(graph).entries.map(\.name)) == Set(weights.names))
        let interpreter = try GraphInterpreter(graph) { try weights.values(of: $0) }
        let pass = try interpreter.forward(golden, image: "x")
        let grid = try #require(pass[NetworkGraph.Output.features]).shape.map()
        let pairs = try AffinityPairs(radius: 5, rows: grid.rows, columns: grid.columns)
        let matrix = pairs.matrix(try #require(pass[NetworkGraph.Output.affinity]).values)
        let error = try largestDifference(matrix, golden.floats("affinity"))
        #expect(error < 1e-3)
        print("parity resnet38_affinity: affinity \(error)")
    }

    /// Its maps without a module are those of any classifier.
    @Test func theTwoNetworks_haveTheSameTrunk() throws {
        let plain = try ParameterTable(ResNet38.plain.graph(outputStride: 8, classes: 3, bias: false)).entries
        let refining = try ParameterTable(ResNet38.seam.graph(outputStride: 8, classes: 3, bias: false)).entries
        #expect(refining.prefix(plain.count).map(\.name) == plain.map(\.name))
        #expect(refining.dropFirst(plain.count).map(\.name) == ["f8_3.weight", "f8_4.weight", "f9.weight"])
        #expect(plain.reduce(0) { $0 + $1.count } > 100_000_000)
    }
}
