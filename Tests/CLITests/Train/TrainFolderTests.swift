import Foundation
import TestSupport
import Testing

extension TrainCommand {
    /// Images in folders, and what of a directory is not trained on.
    struct TrainFolderTests {
        /// Ends the run where the data has been read and told.
        private func announced(_ fixture: TrainFixture, _ arguments: String...) throws -> String {
            let backbone = try fixture.data.write("no backbone", "backbone.safetensors")
            let result = try pseudolabel(fixture.arguments(["--backbone", backbone] + arguments))
            #expect(result.status != 0)
            return result.errors
        }

        @Test func recursive_findsBareNamesBelow_andWhatIsLeftOutIsSaid() throws {
            let fixture = try TrainFixture()
            let manager = FileManager.default
            try manager.createDirectory(atPath: fixture.data.path("images/a"), withIntermediateDirectories: true)
            try manager.moveItem(
                atPath: fixture.data.path("images/p1.png"), toPath: fixture.data.path("images/a/p1.png"))
            try manager.copyItem(
                atPath: fixture.data.path("images/p0.png"), toPath: fixture.data.path("images/other.png"))
            try fixture.data.write("text", "images/notes.xcf")
            #expect(try announced(fixture).contains("p1.png: no file of that name"))
            let told = try announced(fixture, "--recursive")
            #expect(!told.contains("no file of that name"))
            #expect(told.contains("\(fixture.data.path("images")): left out: 1 .xcf\n"), "\(told)")
            #expect(told.contains("1 image has no line in the labels file"), "\(told)")
        }
    }
}
