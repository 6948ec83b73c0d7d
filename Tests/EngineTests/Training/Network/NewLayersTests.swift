import Foundation
import Testing

@testable import Engine

struct NewLayersTests {
    /// With random weights one seed of three of a real run never learned.
    @Test(arguments: [1, 2] as [UInt64]) func classLayer_startsAtZero_otherNewLayersDoNot(seed: UInt64) throws {
        let backbone = try Safetensors(
            Data(contentsOf: URL(fileURLWithPath: TrainingFixture.backbone)), file: "backbone")
        let architecture = try #require(EfficientNetLite.named("efficientnet-lite0"))
        let parameters = try ParameterSet(
            architecture.graph(outputStride: 16, classes: 3, bias: false), classLayer: "fc",
            extra: [("f9.weight", [192, 195, 1, 1])], seed: seed, from: backbone)
        #expect(parameters.floats(parameters["fc.weight"], in: parameters.values).allSatisfy { $0 == 0 })
        let extra = parameters.floats(parameters["f9.weight"], in: parameters.values)
        let bound = (6 / Float(192 + 195)).squareRoot()
        #expect(extra.allSatisfy { abs($0) <= bound } && Set(extra).count > 30_000)
    }
}
