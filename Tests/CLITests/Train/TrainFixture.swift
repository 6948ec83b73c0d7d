import Engine
import Foundation
import TestSupport

/// A data set of a few pictures with shapes, and a folder for what `train` makes of it.
struct TrainFixture {
    static let backbone = Picture.repository.appendingPathComponent("Models/default.safetensors").path
    /// Options under which a step takes milliseconds.
    static let fast = [
        "--crop", "32", "--batch", "2", "--epochs", "2", "--threads", "2", "--method", "isl+fsl", "--seed", "3",
    ]

    let data: TemporaryDirectory
    let out: TemporaryDirectory
    let classes: [String]

    /// - Parameter classes: each picture has one or two of them; in alphabetical order.
    init(classes: [String] = ["Käse", "no 2"], pictures: Int = 4) throws {
        data = try TemporaryDirectory()
        out = try TemporaryDirectory()
        self.classes = classes
        var lines = ["image,labels"]
        for number in 0..<pictures {
            let all = classes.count
            let kinds = all == 2 ? [[0], [1], [0, 1]][number % 3] : Array(stride(from: number, to: all, by: pictures))
            let shapes = Shapes(kinds: kinds.map { $0 % 12 }, number: number)
            try data.write(
                PNGEncoder.rgb(RGBImage(width: shapes.width, height: shapes.height, pixels: shapes.pixels)),
                "images/p\(number).png")
            if all <= 12 {
                let truth = IndexMask(
                    width: shapes.width, height: shapes.height, indices: shapes.mask.map { UInt16($0) })
                try data.write(VOCPNG.encode(truth, classCount: all), "truth/p\(number).png")
            }
            let names = kinds.map { classes[$0].replacingOccurrences(of: "\"", with: "\"\"") }
            lines.append("p\(number).png,\"\(names.joined(separator: ";"))\"")
        }
        try data.write(lines.joined(separator: "\n") + "\n", "labels.csv")
    }

    /// Given after the fast options: the last of a repeated option counts.
    func arguments(_ more: [String] = [], out name: String = "model.safetensors") throws -> [String] {
        ["train", "--images", data.path("images"), "--labels", data.path("labels.csv")]
            + ["--backbone", TrainFixture.backbone, "--out", out.path(name)] + TrainFixture.fast + more
    }

    func train(_ more: String..., out name: String = "model.safetensors") throws -> CommandResult {
        try pseudolabel(arguments(more, out: name))
    }

    /// The log's lines as JSON objects.
    func log(_ name: String = "model.safetensors") throws -> [[String: Any]] {
        try out.data(name + ".log.jsonl").split(separator: UInt8(ascii: "\n")).compactMap {
            try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
        }
    }
}
