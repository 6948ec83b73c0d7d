import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Which epoch's network becomes the model, and runs that end early.
    struct TrainKeepTests {
        /// So slow that no epoch is better than the first.
        private static let standing = ["--lr", "1e-12", "--weight-decay", "0", "--epochs", "9", "--holdout", "0.3"]

        private let fixture: TrainFixture

        init() throws { fixture = try TrainFixture(pictures: 12) }

        private func epochs(_ name: String) throws -> [Int] {
            try fixture.log(name).filter { $0["step"] != nil }.compactMap { $0["epoch"] as? Int }
        }

        @Test func runOutOfPatience_endsEarlyAndSaysWhy() throws {
            let options = Self.standing + ["--patience", "2"]
            let result = try pseudolabel(fixture.arguments(options))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("stopped after epoch 3: none was better than epoch 1"), "\(result.errors)")
            #expect(try Set(epochs("model.safetensors")) == [1, 2, 3])
            let model = try fixture.out.data("model.safetensors")
            let resume = ["--resume", fixture.out.path("model.safetensors.checkpoint")]
            #expect(try pseudolabel(fixture.arguments(options + resume)).status == 0)
            #expect(try fixture.out.data("model.safetensors") == model)
        }

        @Test func bestEpoch_becomesTheModel_andIsSaidInIt() throws {
            let result = try pseudolabel(fixture.arguments(Self.standing + ["--keep", "best"]))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("the model is the network after epoch 1, the best"), "\(result.errors)")
            #expect(try Set(epochs("model.safetensors")) == Set(1...9))
            let models = try pseudolabel(["models", "--model", fixture.out.path("model.safetensors")])
            #expect(models.output.contains("epoch of the weights, of 9"), "\(models.output)")

            let short = [
                "--lr", "1e-12", "--weight-decay", "0", "--holdout", "0.3", "--epochs", "9", "--patience", "1",
            ]
            #expect(try pseudolabel(fixture.arguments(short + ["--keep", "best"], out: "short")).status == 0)
            // Both are the network after the first epoch.
            func weights(_ name: String) throws -> Data { try fixture.out.data(name).suffix(4 << 20) }
            #expect(try weights("model.safetensors") == weights("short"))
        }

        @Test(arguments: [
            (["--keep", "best"], "--holdout"), (["--patience", "3"], "--holdout"),
            (["--patience", "0", "--holdout", "0.3"], "1 or more"),
            (["--patience", "3", "--holdout", "0.3", "--self-rounds", "1"], "--self-rounds"),
            (["--keep", "worst"], "--keep"),
        ])
        func whatCannotBeCompared_isRefused(_ options: [String], _ part: String) throws {
            let result = try pseudolabel(fixture.arguments(options))
            #expect(result.status == 64 && result.errors.contains(part), "\(result.errors)")
        }
    }
}
