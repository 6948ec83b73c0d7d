import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

extension TrainCommand {
    struct TrainCensusTests {
        @Test func everyClass_isCountedBeforeTheFirstStep() throws {
            let fixture = try TrainFixture(classes: ["cat", "catt"])
            let result = try fixture.train("--epochs", "1")
            #expect(result.status == 0, "\(result.errors)")
            let lines = result.errors.split(separator: "\n")
            let rows = lines.filter { $0.contains(" %  ") }
            #expect(rows == ["       3   75.0 %  cat", "       2   50.0 %  catt"], "\(result.errors)")
            #expect(result.errors.contains("one letter apart: \"cat\" and \"catt\""))
            let (row, step) = (lines.firstIndex(of: rows[0]), lines.firstIndex { $0.contains("step 1/") })
            #expect(try #require(row) < #require(step))
        }

        @Test func balancedRun_saysWhatIsDrawn_andKeepsItInTheRecipe() throws {
            let fixture = try TrainFixture()
            let result = try fixture.train("--epochs", "1", "--balance")
            #expect(result.status == 0 && result.errors.contains("share    drawn  class"), "\(result.errors)")
            let model = try Model(contentsOf: fixture.out.path("model.safetensors"))
            #expect(model.description.provenance.method.contains("\"balanced\":true"))
            let resume = ["--resume", fixture.out.path("model.safetensors.checkpoint")]
            let other = try pseudolabel(fixture.arguments(["--epochs", "1"] + resume))
            #expect(other.status == 1 && other.errors.contains("balanced"), "\(other.errors)")
        }

        /// A census of made-up counts.
        private func table(_ counts: [Int]) throws -> [Substring] {
            let folder = try TemporaryDirectory()
            let images = counts.max() ?? 0
            var lines = ["image,labels"]
            for image in 0..<images {
                try folder.write(PNGEncoder.rgb(RGBImage(width: 1, height: 1, pixels: [0, 0, 0])), "p\(image).png")
                let labels = counts.indices.filter { counts[$0] > image }.map { "c\($0)" }
                lines.append("p\(image),\(labels.joined(separator: ";"))")
            }
            let labels = try folder.write(lines.joined(separator: "\n"), "labels.csv")
            let set = try TrainingSet(
                images: folder.path, labels: LabelsFile(contentsOf: labels),
                classes: counts.indices.map { "c\($0)" }, threads: 1)
            return CensusTable(census: ClassCensus(set), drawn: nil).text.split(separator: "\n")
        }

        @Test func manyClasses_areCutToTheCommonestAndTheRarest() throws {
            let lines = try table((0..<100).map { $0 % 20 })
            #expect(lines.count == 39 && lines[0] == "100 classes in 19 images")
            #expect(lines[2].hasSuffix("  c19") && lines[2].contains("      19  100.0 %"))
            #expect(lines[20] == "   ... 64 classes between, in 3 to 16 images each", "\(lines)")
            #expect(lines[38].hasSuffix("  c80"))
            #expect(try table((0..<36).map { $0 + 1 }).count == 38)
        }
    }
}
