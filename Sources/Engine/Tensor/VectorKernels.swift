import CKernels

/// The vectorised inner loops of this process, chosen once for the processor's instruction set.
///
/// `PSEUDOLABEL_KERNELS=baseline` (or `avx2`, `avx512`) overrides the choice, to test one set on a machine that has
/// more.
public enum VectorKernels {
    /// `nonisolated(unsafe)`: points to constants of the C target.
    nonisolated(unsafe) static let active: UnsafePointer<kernel_set> = {
        if let name = environmentValue("PSEUDOLABEL_KERNELS"), let set = kernels_select(name) { return set }
        return kernels_select(nil)
    }()

    /// "avx512", "avx2" or "baseline".
    public static var name: String { String(cString: active.pointee.name) }
}

/// The kernels for channel-blocked maps of one instruction set.
///
/// `@unchecked Sendable`: points to constants of the C target.
struct BlockedKernels: @unchecked Sendable {
    private let table: UnsafePointer<kernel_set>

    static let active = BlockedKernels(table: VectorKernels.active)

    private init(table: UnsafePointer<kernel_set>) { self.table = table }

    /// nil where the processor lacks the instructions.
    init?(named name: String) {
        guard let table = kernels_select(name) else { return nil }
        self.table = table
    }

    /// Floats of a vector, and channels of a block.
    var lanes: Int { Int(table.pointee.lanes) }
    var functions: blocked_kernels { table.pointee.blocked }
}
