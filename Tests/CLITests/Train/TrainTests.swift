import Engine
import Foundation
import TestSupport
import Testing

/// Commands that train: one after the other, since each keeps the processor busy by itself.
@Suite(.serialized) enum TrainCommand {}

extension TrainCommand {
    struct TrainTests {
        @Test func trainedModel_labelsPicturesAndSaysWhereItComesFrom() throws {
            let fixture = try TrainFixture()
            let list = try fixture.data.write("p0\np1.png\np2\n", "train-list.txt")
            let result = try fixture.train("--list", list, "--licence", "CC0")
            #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
            #expect(
                try fixture.out.files() == [
                    "model.safetensors", "model.safetensors.checkpoint", "model.safetensors.log.jsonl",
                    "model.safetensors.svg",
                ])

            let model = try Model(contentsOf: fixture.out.path("model.safetensors"))
            let description = model.description
            #expect(description.classes == ["Käse", "no 2"] && description.architecture == "efficientnet-lite0")
            let provenance = description.provenance
            #expect(provenance.data.contains("3 images") && provenance.data.contains("default.safetensors, SHA-256"))
            #expect(provenance.split == "train-list.txt" && provenance.licence == "CC0" && provenance.seed == "3")
            #expect(provenance.method.contains("\"epochs\":2") && provenance.metrics.isEmpty, "\(provenance.method)")

            let labelled = try LabelRunFixture()
            let labelling = try labelled.label(
                "--labels", "Käse", "--model", fixture.out.path("model.safetensors"),
                images: [fixture.data.path("images/p0.png")])
            #expect(labelling.status == 0, "\(labelling.errors)")
            let (mask, picture) = (try labelled.mask("p0"), Shapes(kinds: [0], number: 0))
            #expect(mask.width == picture.width && mask.height == picture.height)
            #expect(Set(mask.indices).isSubset(of: [0, 1]) && mask.indices.contains(1))
        }

        @Test func log_hasALineAStepWithAllItsFields() throws {
            let fixture = try TrainFixture()
            #expect(try fixture.train().status == 0)
            let lines = try fixture.log()
            #expect(lines.compactMap { $0["step"] as? Int } == [1, 2, 3, 4])
            #expect(lines.compactMap { $0["epoch"] as? Int } == [1, 1, 2, 2])
            for line in lines {
                #expect(
                    Set(line.keys) == [
                        "step", "epoch", "loss", "terms", "gradient_norm", "clipped", "applied", "chance",
                        "learning_rate", "images_per_second",
                    ])
                let terms = try #require(line["terms"] as? [String: Double])
                // Two classes of a twentieth each.
                let classification = 0.8 * (terms["gap"] ?? .nan) + 0.2 * (terms["isl"] ?? .nan)
                let total = 0.1 * classification + (terms["fsl"] ?? .nan)
                #expect(line["applied"] as? Bool == true && line["clipped"] as? Bool == false)
                #expect(abs((line["loss"] as? Double ?? .nan) - total) < 1e-5)
                #expect((line["gradient_norm"] as? Double ?? 0) > 0 && (line["images_per_second"] as? Double ?? 0) > 0)
            }
            let svg = String(decoding: try fixture.out.data("model.safetensors.svg"), as: UTF8.self)
            #expect(faultOfXML(svg) == nil && svg.contains("<polyline") && svg.contains("isl (unweighted)"))
            #expect(svg.contains(">learning rate<") && svg.contains(">images per second<"))
        }

        @Test func validation_isLoggedDrawnAndKeptInTheModel() throws {
            let fixture = try TrainFixture()
            // Also a name that XML would read as something else.
            let list = try fixture.data.write("p0\np2\n", "val <1> & 2.txt")
            let training = try fixture.data.write("p1\np3\n", "train.txt")
            let calibration = try fixture.data.write("p1\n", "calibration.txt")
            let result = try fixture.train(
                "--list", training, "--validate", fixture.data.path("truth"), "--validate-list", list,
                "--calibrate-list", calibration,
                "--validate-scales", "0.5,1")
            #expect(result.status == 0, "\(result.errors)")
            let looks = try fixture.log().filter { $0["is_final"] != nil }
            #expect(looks.map { $0["epoch"] as? Int } == [1, 2])
            #expect(looks.map { $0["is_final"] as? Bool } == [false, true])
            #expect(looks.map { $0["scales"] as? [Double] } == [[1], [0.5, 1]])
            for look in looks {
                for key in ["mean_iou", "contour_f", "background_score"] {
                    #expect((0...1).contains(look[key] as? Double ?? .nan), "\(key) in \(look)")
                }
                #expect(look["list"] as? String == "val <1> & 2.txt")
            }
            let svg = String(decoding: try fixture.out.data("model.safetensors.svg"), as: UTF8.self)
            #expect(faultOfXML(svg) == nil && svg.contains(">mIoU, final<"))

            let description = try Model(contentsOf: fixture.out.path("model.safetensors")).description
            let metrics = description.provenance.metrics
            for (part, count) in [("mIoU, 2 images of val", 2), ("contour F, 2 images", 1), ("1 images of calib", 2)] {
                #expect(metrics.keys.filter { $0.contains(part) }.count == count, "\(metrics)")
            }
            #expect(metrics.values.allSatisfy { (0...100).contains($0) })
            let score = description.backgroundScore
            #expect(score.binomial == score.none)
            #expect(metrics.keys.contains { $0.contains("calibration.txt") && $0.hasSuffix("score \(score.none)") })
        }

        @Test func thirtyClassesOfAnyNames_areTrained() throws {
            let odd = ["a.b", "say \"x\"", "日本語", "with & <tag>", "🐈", "-", "0", "a/b", "é"]
            let classes = (odd + (0..<21).map { "class \($0)" }).sorted()
            let fixture = try TrainFixture(classes: classes, pictures: 6)
            let result = try fixture.train("--epochs", "1")
            #expect(result.status == 0, "\(result.errors)")
            let model = fixture.out.path("model.safetensors")
            #expect(try Model(contentsOf: model).description.classes == classes)
            let labelled = try LabelRunFixture()
            let labelling = try labelled.label(
                "--labels-file", fixture.data.path("labels.csv"), "--model", model,
                images: [fixture.data.path("images")])
            #expect(labelling.status == 0, "\(labelling.errors)")
            #expect(try labelled.manifest().count == 6)
        }

        @Test func selfTraining_runsItsRoundsFromTheCommandLine() throws {
            let fixture = try TrainFixture()
            let result = try fixture.train("--epochs", "1", "--self-rounds", "1", "--self-epochs", "1")
            #expect(result.status == 0 && result.errors.contains("4/4 training images labelled"), "\(result.errors)")
            let teacher = try fixture.log().map { ($0["terms"] as? [String: Double])?["teacher"] ?? -1 }
            #expect(teacher.map { $0 > 0 } == [false, false, true, true])
        }
    }
}
