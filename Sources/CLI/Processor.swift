import Engine
import Foundation

enum Processor {
    /// Cores this process may use: a container's CPU set counts.
    static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// Which kernels compute, for logs and benchmarks.
    static var kernels: String { "\(VectorKernels.name) vector kernels" }

    /// As `kernels`, of a training: OpenBLAS multiplies where pixels are correlated.
    static func kernels(for objective: Objective) -> String {
        objective.isSiamese ? "\(GEMM.shared.kernelName), \(kernels)" : kernels
    }

    /// Most memory that was resident so far, in bytes.
    static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024  // Linux counts kilobytes
    }
}
