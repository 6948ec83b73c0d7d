import CKernels
import Testing

@testable import Engine

struct VectorKernelsTests {
    /// The baseline with a dense kernel that writes nothing but sums of zero.
    private static let broken: BlockedKernels = {
        let set = UnsafeMutablePointer<kernel_set>.allocate(capacity: 1)
        set.initialize(to: kernels_select("baseline").pointee)
        set.pointee.blocked.dense = { rows in
            let rows = rows!.pointee
            for block in 0..<Int(rows.blocks) {
                for row in 0..<Int(rows.rows) {
                    (rows.out + block * rows.out_block + row * rows.out_row).update(
                        repeating: 0, count: Int(rows.width))
                }
            }
        }
        return BlockedKernels(table: set)
    }()

    @Test func everySetOfThisProcessor_multipliesRight() {
        for kernels in BlockedFixtures.kernelSets { #expect(kernels.multiplyRight(), "\(kernels.name)") }
    }

    @Test func kernelsThatMultiplyWrong_areRejectedByName() throws {
        let baseline = try #require(BlockedKernels(named: "baseline"))
        #expect(!Self.broken.multiplyRight())
        let choice = VectorKernels.choose([Self.broken, baseline])
        #expect(choice.name == "baseline (rejected: baseline computes wrong products)")
        #expect(choice.kernels.multiplyRight())
        #expect(VectorKernels.choose([baseline, Self.broken]).name == "baseline")
    }

    @Test func aSetAskedFor_isTaken_orNamedAsMissing() {
        let names = BlockedFixtures.kernelSets.map(\.name)
        for name in names { #expect(VectorKernels.choose(asked: name).name == name) }
        let widest = VectorKernels.choose(asked: nil).kernels.name
        let rejection = "PSEUDOLABEL_KERNELS=sse9 is none of this processor's \(names.reversed().joined(separator: ", "))"
        #expect(VectorKernels.choose(asked: "sse9").name == "\(widest) (rejected: \(rejection))")
    }
}
