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
