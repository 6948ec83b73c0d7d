import CKernels

/// The vectorised inner loops of this process, chosen once: the widest that the processor has and that multiply right.
///
/// `PSEUDOLABEL_KERNELS=baseline` (or `avx2`, `avx512`) overrides the choice, to test one set on a machine that has
/// more.
public enum VectorKernels {
    public static let variable = "PSEUDOLABEL_KERNELS"
    private static let choice = choose(asked: environmentValue(variable))

    static var active: BlockedKernels { choice.kernels }

    /// For the log: "avx2", or "baseline (rejected: avx2 computes wrong products)".
    public static var name: String { choice.name }

    /// The set asked for, or, where the processor has none of that name, the widest; the name says so then.
    static func choose(asked: String?) -> (kernels: BlockedKernels, name: String) {
        let present = ["avx512", "avx2", "baseline"].compactMap(BlockedKernels.init(named:))
        guard let asked else { return choose(present) }
        if let set = BlockedKernels(named: asked) { return choose([set]) }
        let names = present.map(\.name).joined(separator: ", ")
        return choose(present, rejected: ["\(variable)=\(asked) is none of this processor's \(names)"])
    }

    /// The first that computes right.
    static func choose(
        _ candidates: [BlockedKernels], rejected: [String] = []
    ) -> (kernels: BlockedKernels, name: String) {
        var rejected = rejected
        for kernels in candidates {
            guard kernels.multiplyRight() else {
                rejected.append("\(kernels.name) computes wrong products")
                continue
            }
            let note = rejected.isEmpty ? "" : " (rejected: \(rejected.joined(separator: "; ")))"
            return (kernels, kernels.name + note)
        }
        // Any mask would be wrong.
        fatalError("no kernels for this processor: \(rejected.joined(separator: "; "))")
    }
}

/// The kernels for channel-blocked maps of one instruction set.
///
/// `@unchecked Sendable`: points to constants of the C target.
struct BlockedKernels: @unchecked Sendable {
    private let table: UnsafePointer<kernel_set>

    static let active = VectorKernels.active

    init(table: UnsafePointer<kernel_set>) { self.table = table }

    /// nil where the processor lacks the instructions.
    init?(named name: String) {
        guard let table = kernels_select(name) else { return nil }
        self.table = table
    }

    /// "avx512", "avx2" or "baseline".
    var name: String { String(cString: table.pointee.name) }
    /// Floats of a vector, and channels of a block.
    var lanes: Int { Int(table.pointee.lanes) }
    var functions: blocked_kernels { table.pointee.blocked }
}
