import Foundation
import Synchronization

/// Times the network's forward pass as the pipeline runs it: one pass a picture, on a `PassTeam`.
public final class ForwardBenchmark: Sendable {
    private let network: CompiledNetwork
    private let classBias: [Float]?
    private let size: MapSize
    private let team: PassTeam
    private let workspaces: [PassWorkspace]
    /// [pictures, 3, height, width]
    private let input: FloatBuffer

    public let pictures: Int
    /// Of each picture, in pixels.
    public var height: Int { size.height }
    public var width: Int { size.width }

    /// On one made-up picture.
    public convenience init(model: Model, height: Int, width: Int, threads: Int) {
        let values = ForwardBenchmark.picture(MapSize(height: height, width: width))
        self.init(model: model, shape: [1, 3, height, width], values: values, threads: threads)
    }

    /// [3, height, width]. Any picture-like values do: the time does not depend on them.
    static func picture(_ size: MapSize) -> [Float] {
        (0..<3 * size.count).map { Float($0 &* 7919 % 255) / 128 - 1 }
    }

    /// On the pictures of a file.
    /// - Parameter file: safetensors; its tensor `input` is [pictures, 3, height, width], normalised as the model says.
    public convenience init(model: Model, contentsOf file: String, threads: Int) throws(BenchmarkInputError) {
        let (shape, values) = try BenchmarkInput(contentsOf: file).tensor(
            "input", [("pictures", nil), ("channels", 3), ("height", nil), ("width", nil)])
        self.init(model: model, shape: shape, values: values, threads: threads)
    }

    private init(model: Model, shape: [Int], values: [Float], threads: Int) {
        (network, classBias) = (model.network, model.classBias)
        pictures = shape[0]
        size = MapSize(height: shape[2], width: shape[3])
        team = PassTeam(threads: threads)
        workspaces = (0..<threads).map { _ in PassWorkspace() }
        input = FloatBuffer(values)
    }

    /// Bytes of the network's buffers after a run.
    public var workspaceBytes: Int { workspaces.reduce(0) { $0 + $1.bytes } }

    /// - Returns: seconds of each repetition over all pictures, after a tenth as many that warm up caches and are not
    ///   counted.
    public func run(repetitions: Int) -> [Double] {
        Repetitions.seconds(repetitions, uncounted: max(1, repetitions / 10)) { pass { _, _ in } }
    }

    /// What the network gives, as a safetensors file: `maps`, [pictures, classes, rows, columns], before pooling and without
    /// the class layer's bias, and `logits`, [pictures, classes], pooled and with it.
    public func outputs() throws -> Data {
        let found = Mutex([(size: MapSize, planes: [Float])?](repeating: nil, count: pictures))
        pass { picture, maps in found.withLock { $0[picture] = maps } }
        let maps = found.withLock { $0.compactMap(\.self) }
        let (size, classes) = (maps[0].size, network.channels())
        let logits = maps.flatMap { maps in
            (0..<classes).map { index in
                let sum = maps.planes[index * size.count..<(index + 1) * size.count].reduce(0) { $0 + Double($1) }
                return Float(sum / Double(size.count)) + (classBias?[index] ?? 0)
            }
        }
        var writer = SafetensorsWriter()
        writer.append(
            "maps", shape: [pictures, classes, size.height, size.width], values: maps.flatMap(\.planes), as: .float32)
        writer.append("logits", shape: [pictures, classes], values: logits, as: .float32)
        return try writer.encoded()
    }

    private func pass(_ body: @escaping @Sendable (_ picture: Int, _ maps: (size: MapSize, planes: [Float])) -> Void) {
        team.run(count: pictures) { [self] picture, member, team in
            let source = input.pointer + picture * 3 * size.count
            body(picture, network.forward(source, size: size, workspace: workspaces[member], team: team)[0])
        }
    }
}
