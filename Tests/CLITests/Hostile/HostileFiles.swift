import Foundation
import TestSupport

/// One text input of a command: a file's or the command line's own.
struct HostileFile: Sendable {
    let name: String
    /// Bytes of the greater text.
    var bytes = 24 << 10
    /// Variables, `NAME=VALUE`.
    var environment: @Sendable (String) -> [String] = { _ in [] }
    /// Writes what is needed into a directory.
    /// - Returns: the command's arguments.
    let arguments: @Sendable (String, TemporaryDirectory) throws -> [String]
}

/// Every text input of files and of the command line that is read before a network is: those behind it (labels of
/// `label`, a manifest, a log) are looked up by the same code.
enum HostileFiles {
    /// What the argument parser sees is cut off at 1 KiB: all three texts are longer.
    private static let bounded = 12 << 10

    static let all: [HostileFile] =
        [
            HostileFile(name: "argument", bytes: bounded) { text, _ in ["token", text] },
            HostileFile(name: "option's name", bytes: bounded) { text, _ in ["models", "--\(text)"] },
            HostileFile(name: "option's value", bytes: bounded) { text, _ in ["import-backbone", "x", "--architecture", text, "--out", "y"] },
            HostileFile(name: "token file") { text, directory in
                ["token", "alice", "--file", try directory.write("bob read \(text)\n", "tokens")]
            },
            HostileFile(name: "settings file, name") { text, directory in
                ["serve", "--config", try directory.write("\(text) = 1\n", "config")]
            },
            HostileFile(name: "settings file, value", bytes: bounded) { text, directory in
                ["serve", "--config", try directory.write("port = \(text)\n", "config")]
            },
            HostileFile(name: "settings file, flag", bytes: bounded) { text, directory in
                ["serve", "--config", try directory.write("insecure = \(text) # \(text)\n", "config")]
            },
            HostileFile(
                name: "environment variable", bytes: bounded, environment: { ["PSEUDOLABEL_PORT=\($0)", "PSEUDOLABEL_\($0)=1"] },
                arguments: { _, _ in ["serve"] }),
            HostileFile(name: "list") { text, directory in
                let list = try directory.write("\(text)\n\(text)x.png\n", "list")
                return ["evaluate", "--predictions", directory.path, "--ground-truth", directory.path, "--list", list]
            },
            HostileFile(name: "class list") { text, directory in
                let list = try directory.write("\(text)\n", "classes")
                return ["evaluate", "--predictions", directory.path, "--ground-truth", directory.path, "--classes", list]
            },
        ] + labels + models + checkpoints

    private static func training(_ directory: TemporaryDirectory, labels: String) throws -> [String] {
        try directory.write(Picture.png.bytes, "images/cat.png")
        return [
            "train", "--images", directory.path("images"), "--labels", try directory.write(labels, "labels.csv"),
            "--backbone", "none", "--out", directory.path("model"), "--threads", "1",
        ]
    }

    private static let labels = [
        HostileFile(name: "labels.csv, header") { text, directory in
            try training(directory, labels: "image,\(text)\ncat.png,cat\n")
        },
        HostileFile(name: "labels.csv, image") { text, directory in
            try training(directory, labels: "image,labels\n\(text),cat\n\(text)x,cat\n\"\(text).jpg\",cat\n")
        },
        HostileFile(name: "labels.csv, label") { text, directory in
            try training(directory, labels: "image,labels\ncat.png,cat;\(text);\(text)\n")
        },
        HostileFile(name: "classes and list of train") { text, directory in
            let arguments = try training(directory, labels: "image,labels\ncat.png,cat\n")
            return arguments + ["--classes", try directory.write("cat\n\(text)\n\(text)\n", "classes")]
                + ["--list", try directory.write("\(text)\n\(text).png\n", "list")]
        },
        HostileFile(name: "labels, list and token of batch") { text, directory in
            try directory.write(Picture.png.bytes, "images/cat.png")
            return [
                "batch", "--server", "http://127.0.0.1:1", "--out", directory.path("out"), "--images",
                directory.path("images"), "--labels",
                try directory.write("image,labels\n\(text),\(text)x\n", "labels.csv"), "--list",
                try directory.write("\(text)\n\(text).png\n", "list"), "--token-file",
                try directory.write("secret\n\(text)", "token"),
            ]
        },
        HostileFile(name: "token of batch") { text, directory in
            ["batch", "--server", "http://127.0.0.1:1", "--out", directory.path("out"), "--images", directory.path]
                + ["--token-file", try directory.write("\(text)\n", "token")]
        },
        HostileFile(name: "job.json of batch") { text, directory in
            try directory.write(#"{"server": "\#(text)", "key": "\#(text)", "id": "\#(text)"}"#, "out/job.json")
            return ["batch", "--out", directory.path("out"), "--images", directory.path]
        },
        HostileFile(name: "member of job.json") { text, directory in
            try directory.write(#"{"\#(text)": "x", "key": "k"}"#, "out/job.json")
            return ["batch", "--out", directory.path("out"), "--images", directory.path]
        },
    ]

    // MARK: - Models

    private static func safetensors(_ header: String) -> Data {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
    }

    /// A header with one metadatum beside those that a model needs.
    private static func model(_ name: String, _ metadata: @escaping @Sendable (String) throws -> String) -> HostileFile {
        HostileFile(name: "model file's \(name)") { text, directory in
            ["models", "--model", try directory.write(safetensors(try metadata(text)), "model.safetensors")]
        }
    }

    private static func member(_ name: String, _ json: String) throws -> String {
        let text = String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
        return #""architecture": "efficientnet-lite0", "output_stride": "16", "\#(name)": \#(text)"#
    }

    private static let models = [
        model("architecture") { #"{"__metadata__": {"architecture": "\#($0)", "output_stride": "16"}}"# },
        model("metadata member") { #"{"__metadata__": {"\#($0)": "1"}}"# },
        model("class") { #"{"__metadata__": {\#(try member("classes", #"["cat", "\#($0)", "\#($0)x"]"#))}}"# },
        model("provenance") { #"{"__metadata__": {\#(try member("classes", #"[{"\#($0)": 1}]"#))}}"# },
        model("tensor") { #"{"\#($0)": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"# },
        model("element type") { #"{"t": {"dtype": "\#($0)", "shape": [1], "data_offsets": [0, 4]}}"# },
        HostileFile(name: "description's class") { text, directory in
            let shipped = Picture.repository.appendingPathComponent("Models/default.json")
            let description = try String(contentsOf: shipped, encoding: .utf8)
            return [
                "pack-model", try directory.write(safetensors("{}"), "weights"), "--out", directory.path("model"),
                "--description",
                try directory.write(description.replacingOccurrences(of: "\"cat\"", with: "\"\(text)\""), "description"),
            ]
        },
        HostileFile(name: "description's member") { text, directory in
            [
                "pack-model", try directory.write(safetensors("{}"), "weights"), "--out", directory.path("model"),
                "--description", try directory.write(#"{"\#(text)": 1}"#, "description"),
            ]
        },
    ]

    // MARK: - Checkpoints

    /// The pickles before the object's, and the object's.
    private static func checkpoint(_ name: String, _ object: @escaping @Sendable (String) -> [UInt8]) -> HostileFile {
        HostileFile(name: "checkpoint's \(name)") { text, directory in
            let magic: [UInt8] = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
            let version: [UInt8] = [0x8a, 2, 0xe9, 0x03]
            let system: [UInt8] = op("}") + string("little_endian") + [0x88] + op("s")
            let keys: [UInt8] = op("](") + string("0") + op("e")
            var bytes = Data()
            for pickle in [magic, version, system, object(text), keys] {
                bytes += Data([0x80, 2])
                bytes += Data(pickle)
                bytes += Data(op("."))
            }
            // One storage of one element.
            bytes += Data([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            let file = try directory.write(bytes, "checkpoint.pth")
            return ["import-backbone", file, "--architecture", "efficientnet-lite0", "--out", directory.path("out")]
        }
    }

    private static func op(_ characters: String) -> [UInt8] { Array(characters.utf8) }

    private static func string(_ text: String) -> [UInt8] {
        let length: [UInt8] = withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian, Array.init)
        return op("X") + length + op(text)
    }

    /// Of one element of float32.
    private static func tensor(kind: String = "storage", key: String = "0") -> [UInt8] {
        var bytes = op("ctorch._utils\n_rebuild_tensor_v2\n((")
        bytes += string(kind)
        bytes += op("ctorch\nFloatStorage\n")
        bytes += string(key)
        bytes += string("cpu")
        bytes += op("K\u{1}NtQ")
        bytes += op("K\u{0}(K\u{1}t(K\u{1}t")
        bytes.append(0x89)
        bytes += op("NtR")
        return bytes
    }

    private static let checkpoints = [
        checkpoint("global") { op("ctorch\n\($0)\n") }, checkpoint("module") { op("c\($0)\nTensor\n") },
        checkpoint("tensor") { op("}") + string($0) + tensor() + op("s") },
        checkpoint("member") { op("}") + string($0) + op("Ns") },
        checkpoint("storage key") { op("}") + string("t") + tensor(key: $0) + op("s") },
        checkpoint("storage kind") { op("}") + string("t") + tensor(kind: $0) + op("s") },
        HostileFile(name: "checkpoint's zip entries") { text, directory in
            let file = try directory.write(zip([text, text + "x", text + "/data.pkl"]), "checkpoint.pth")
            return ["import-backbone", file, "--architecture", "efficientnet-lite0", "--out", directory.path("out")]
        },
    ]

    /// A zip archive of empty entries.
    private static func zip(_ names: [String]) -> Data {
        func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
        var (file, directory): ([UInt8], [UInt8]) = ([], [])
        for name in names {
            let offset = UInt32(file.count)
            let length = little(UInt16(name.utf8.count))
            let middle: [UInt8] = [UInt8](repeating: 0, count: 20) + length + [0, 0]
            file += little(UInt32(0x0403_4b50)) + [45, 0]
            file += middle + op(name)
            directory += little(UInt32(0x0201_4b50)) + [45, 0, 45, 0]
            directory += middle + [UInt8](repeating: 0, count: 10)
            directory += little(offset) + op(name)
        }
        var end = little(UInt32(0x0605_4b50)) + [0, 0, 0, 0]
        end += little(UInt16(names.count)) + little(UInt16(names.count))
        end += little(UInt32(directory.count)) + little(UInt32(file.count)) + [0, 0]
        return Data(file + directory + end)
    }
}
