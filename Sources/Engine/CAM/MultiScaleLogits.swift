import Foundation
import Synchronization

/// Runs the network over a picture at several scales and their mirror images.
///
/// One picture at a time, its passes on a `PassTeam`.
///
/// `@unchecked Sendable`: the workspaces are only touched under `turn`, and there by the member they belong to.
final class MultiScaleLogits: @unchecked Sendable {
    private let classCount: Int
    private let normalisation: ModelDescription.Normalisation
    /// Beside which maps are weighed (`ClassActivationMaps.strength`); the model's, unless another is set.
    private let mapMaximum: Float?
    private let ownShare: Float
    private let team: PassTeam
    private let turn = NSLock()
    private var workspaces: [MemberBuffers]

    /// Buffers of one thread.
    private final class MemberBuffers {
        let forward: ForwardPass
        var input = FloatBuffer(count: 0)
        init(_ forward: @escaping ForwardPass) { self.forward = forward }
    }

    init(
        model: Model, threads: Int, mapMaximum: Float? = nil, ownShare: Float = ClassActivationMaps.ownShare
    ) {
        classCount = model.description.classes.count
        normalisation = model.description.normalisation
        self.mapMaximum = mapMaximum ?? model.description.mapMaximum
        self.ownShare = ownShare
        team = PassTeam(threads: threads)
        workspaces = (0..<threads).map { _ in MemberBuffers(model.makePass()) }
    }

    /// - Returns: one entry a pass, in the order of `CAMPass.plan`.
    func run(_ image: RGBImage, scales: [Double], flip: Bool) -> [PassLogits] {
        let passes = CAMPass.plan(width: image.width, height: image.height, scales: scales, flip: flip)
        turn.lock()
        defer { turn.unlock() }
        let results = Mutex([PassLogits?](repeating: nil, count: passes.count))
        team.run(count: passes.count) { [self] index, member, team in
            let logits = run(passes[index], image, workspace: workspaces[member], team: team)
            results.withLock { $0[index] = logits }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    /// The class activation maps of classes that are known to be in the picture.
    /// - Parameters:
    ///   - pooledLogits: the classifier's of these passes.
    ///   - size: the picture's.
    func maps(of passes: [PassLogits], classes: [Int], pooledLogits: [Float], size: WorkingSize) -> ClassMaps {
        ClassActivationMaps.merged(
            passes, classes: classes, pooledLogits: pooledLogits, mapMaximum: mapMaximum, ownShare: ownShare,
            size: size.maps)
    }

    /// The same of a picture of the working size.
    func maps(of image: RGBImage, classes: [Int], scales: [Double], flip: Bool, size: WorkingSize) -> ClassMaps {
        let passes = run(image, scales: scales, flip: flip)
        let pooledLogits = ClassActivationMaps.pooledLogits(passes, classCount: classCount)
        return maps(of: passes, classes: classes, pooledLogits: pooledLogits, size: size)
    }

    private func run(_ pass: CAMPass, _ image: RGBImage, workspace: MemberBuffers, team: ThreadTeam) -> PassLogits {
        let count = 3 * pass.size.count
        FloatBuffer.grow(&workspace.input, to: count)
        let input = UnsafeMutableBufferPointer(start: workspace.input.pointer, count: count)
        let (mean, deviation) = (normalisation.mean, normalisation.deviation)
        Resample.bicubicPlanar(
            image, toWidth: pass.size.width, toHeight: pass.size.height, into: input,
            mean: SIMD3(mean[0], mean[1], mean[2]),
            standardDeviation: SIMD3(deviation[0], deviation[1], deviation[2]))
        if pass.flipped { mirrorRows(input, width: pass.size.width) }
        let output = workspace.forward(workspace.input.pointer, pass.size, team)
        return PassLogits(pass: pass, size: output.size, logits: output.logits)
    }

    private func mirrorRows(_ planes: UnsafeMutableBufferPointer<Float>, width: Int) {
        for start in stride(from: 0, to: planes.count, by: width) {
            planes[start..<start + width].reverse()
        }
    }
}
