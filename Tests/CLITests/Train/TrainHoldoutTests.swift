import Engine
import Foundation
import TestSupport
import Testing

extension TrainCommand {
    struct TrainHoldoutTests {
        private func heldOut(_ fixture: TrainFixture, _ name: String = "model.safetensors") throws -> [[String: Any]] {
            try fixture.log(name).filter { $0["held_out_images"] != nil }
        }

        @Test func heldOutImages_areJudgedLoggedDrawnAndKeptInTheModel() throws {
            // Names that JSON's writers could change.
            let fixture = try TrainFixture(classes: ["newClass", "no_2"], pictures: 12)
            let result = try fixture.train("--holdout", "0.25")
            #expect(result.status == 0, "\(result.errors)")
            let looks = try heldOut(fixture)
            #expect(looks.map { $0["epoch"] as? Int } == [1, 2])
            #expect(looks.map { $0["is_final"] as? Bool } == [false, true])
            let images = try #require(looks.first?["held_out_images"] as? Int)
            #expect((2...5).contains(images))
            for look in looks {
                for key in ["mean_average_precision", "exact_matches", "chance", "chance_high"] {
                    #expect((0...1).contains(look[key] as? Double ?? .nan), "\(key) in \(look)")
                }
                let precisions = try #require(look["average_precision"] as? [String: Double])
                #expect(Set(precisions.keys) == ["newClass", "no_2"])
                let mean = precisions.values.reduce(0, +) / 2
                #expect(abs((look["mean_average_precision"] as? Double ?? .nan) - mean) < 1e-9)
            }
            for part in ["after epoch 1: held-out images (\(images)): mAP ", "exact matches", "  newClass\n"] {
                #expect(result.errors.contains(part), "\(part) in \(result.errors)")
            }
            let svg = String(decoding: try fixture.out.data("model.safetensors.svg"), as: UTF8.self)
            #expect(faultOfXML(svg) == nil && svg.contains("\(images) held-out images") && svg.contains(">mAP, final<"))

            let model = fixture.out.path("model.safetensors")
            let provenance = try Model(contentsOf: model).description.provenance
            #expect(provenance.data.contains("\(12 - images) images"))
            #expect(provenance.split.hasSuffix("but \(images) held-out images (a share of 0.25, seed 3)"))
            let what = "\(images) held-out images, labels only"
            let names = provenance.metrics.keys
            #expect(names.contains("AP of no_2, \(what)") && names.contains("exact matches, \(what)"))
            #expect(names.contains { $0.hasPrefix("mAP, \(what)") })
            let listing = try pseudolabel("models", "--model", model).output
            #expect(listing.contains("mAP, \(what)") && listing.contains("AP of 2 classes"))
            #expect(!listing.contains("no_2,"))
        }

        /// What is held out changes which images are trained on, and nothing else.
        @Test func heldOutRun_isTheRunWithoutThoseImages() throws {
            let fixture = try TrainFixture(pictures: 6)
            let held = try fixture.data.write("p4\np1.png\n", "held.txt")
            let rest = try fixture.data.write("p0\np2\np3\np5\n", "rest.txt")
            #expect(try fixture.train("--holdout-list", held, out: "held").status == 0)
            #expect(try fixture.train("--list", rest, out: "rest").status == 0)
            #expect(try fixture.out.data("held.checkpoint") == fixture.out.data("rest.checkpoint"))
            let split = try Model(contentsOf: fixture.out.path("held")).description.provenance.split
            #expect(split == "all images of labels.csv but 2 held-out images (held.txt)")
        }

        /// A class that no held-out image has has no figure, and an unlearnt network says so, twice.
        @Test func networkThatLearntNothing_isWrittenWithAWarning() throws {
            let fixture = try TrainFixture(pictures: 6)
            let held = try fixture.data.write("p1\np4\n", "held.txt")
            let result = try fixture.train("--holdout-list", held)
            #expect(result.status == 0 && result.errors.contains("no better than chance"), "\(result.errors)")
            let look = try #require(try heldOut(fixture).last)
            let precisions = try #require(look["average_precision"] as? [String: Any])
            #expect(precisions["Käse"] is NSNull && precisions["no 2"] as? Double == 1)
            let metrics = try Model(contentsOf: fixture.out.path("model.safetensors")).description.provenance.metrics
            #expect(metrics.keys.contains { $0.hasPrefix("mAP, 2 held-out") && $0.hasSuffix("no better than chance") })
            #expect(!metrics.keys.contains { $0.contains("Käse") })
        }

        @Test func resumedRun_keepsItsLooks() throws {
            let fixture = try TrainFixture(classes: ["newClass", "ä \"b\""].sorted(), pictures: 8)
            let options = ["--holdout", "0.5", "--epochs", "3"]
            #expect(try pseudolabel(fixture.arguments(options)).status == 0)
            let before = try heldOut(fixture).map { NSDictionary(dictionary: $0) }
            let resume = ["--resume", fixture.out.path("model.safetensors.checkpoint")]
            let again = try pseudolabel(fixture.arguments(options + resume))
            #expect(again.status == 0, "\(again.errors)")
            #expect(before.count == 3)
            #expect(try heldOut(fixture).map { NSDictionary(dictionary: $0) } == before)
            // Another share is another training set.
            let other = try pseudolabel(fixture.arguments(resume + ["--holdout", "0.25", "--epochs", "3"]))
            #expect(other.status == 1 && other.errors.contains("images"), "\(other.errors)")
        }

        @Test func longClassNames_makeAModelThatCanBeRead() throws {
            let names = ["é", "\""].map { String(repeating: $0, count: 120) }.sorted()
            let fixture = try TrainFixture(classes: names, pictures: 6)
            let result = try fixture.train("--holdout", "0.5", "--epochs", "1")
            #expect(result.status == 0, "\(result.errors)")
            let description = try Model(contentsOf: fixture.out.path("model.safetensors")).description
            #expect(description.provenance.metrics.keys.count { $0.hasPrefix("AP of ") } == 2)
        }

        @Test func heldOutImagesThatCannotBe_areRefusedUnderTheirHeading() throws {
            let fixture = try TrainFixture()
            for (list, parts) in [
                ("p0\nnone\np0.png\n", ["held-out images: 3 problems", "none: no file", "p0.png: is listed twice"]),
                ("p0\np1\np2\np3\n", ["held-out images: 1 problem", "all 4 images would be held out"]),
            ] {
                let path = try fixture.data.write(list, "held.txt")
                let result = try fixture.train("--holdout-list", path)
                #expect(result.status == 1)
                for part in parts { #expect(result.errors.contains(part), "\(part) in \(result.errors)") }
            }
            let both = try fixture.train("--holdout", "0.2", "--holdout-list", fixture.data.path("held.txt"))
            #expect(both.status == 64 && both.errors.contains("exclude each other"))
            let single = try fixture.data.write("p0\np1\n", "two.txt")
            let none = try fixture.train("--holdout", "0.5", "--list", single)
            #expect(none.status == 1 && none.errors.contains("none of 2 images can be held out"))
            #expect(try fixture.out.files().isEmpty)
        }
    }
}
