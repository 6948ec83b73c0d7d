import COpenBLAS

/// Single-precision matrix products, row-major.
///
/// `GEMM.shared` decides once a process which kernels run: OpenBLAS with the core type that fits the processor's
/// features, verified against `naive`; where no OpenBLAS kernel gives the right result, the naive product itself.
public final class GEMM: Sendable {
    /// What runs, for the log: "OpenBLAS Haswell", or "naive (reason)".
    public let kernelName: String
    private let usesOpenBLAS: Bool

    public static let shared = GEMM()

    private init() {
        var rejected: [String] = []
        for coreType in GEMM.candidates() {
            switch GEMM.open(coreType) {
            case .success(let name):
                kernelName =
                    "OpenBLAS " + name + (rejected.isEmpty ? "" : " (rejected: \(rejected.joined(separator: "; ")))")
                usesOpenBLAS = true
                return
            case .failure(let reason):
                rejected.append(reason.text)
            }
        }
        kernelName = "naive (no usable OpenBLAS: \(rejected.joined(separator: "; ")))"
        usesOpenBLAS = false
    }

    /// C[m,n] = A[m,k] B[k,n] + beta C. `ld*` are row pitches in floats.
    /// - Parameters:
    ///   - transposeA: `a` holds A's transpose, [k,m].
    ///   - transposeB: `b` holds B's transpose, [n,k].
    @inline(__always)
    func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false, b: UnsafePointer<Float>,
        ldb: Int, transposeB: Bool = false, beta: Float = 0, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        if usesOpenBLAS {
            openblas_sgemm(
                transposeA ? 1 : 0, transposeB ? 1 : 0, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb),
                beta, c, Int32(ldc))
        } else {
            GEMM.naive(
                m: m, n: n, k: k, a: a, lda: lda, transposeA: transposeA, b: b, ldb: ldb, transposeB: transposeB,
                beta: beta, c: c, ldc: ldc)
        }
    }

    /// The definition, kept as oracle and fallback.
    static func naive(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false, b: UnsafePointer<Float>,
        ldb: Int, transposeB: Bool = false, beta: Float = 0, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        let (rowStep, columnStep) = transposeB ? (1, ldb) : (ldb, 1)
        for row in 0..<m {
            let out = c + row * ldc
            for column in 0..<n { out[column] = beta == 0 ? 0 : beta * out[column] }
            for inner in 0..<k {
                let factor = transposeA ? a[inner * lda + row] : a[row * lda + inner]
                let line = b + inner * rowStep
                for column in 0..<n { out[column] += factor * line[column * columnStep] }
            }
        }
    }
}

// MARK: - Choosing the kernels

extension GEMM {
    private struct Rejection: Error { let text: String }

    /// An operator's own OPENBLAS_CORETYPE comes first; nil lets OpenBLAS decide, the last resort.
    private static func candidates() -> [String?] {
        var list: [String?] = []
        if let chosen = environmentValue("OPENBLAS_CORETYPE") { list.append(chosen) }
        var next = openblas_candidate_coretypes()
        while let name = next?.pointee {
            let text = String(cString: name)
            if !list.contains(text) { list.append(text) }
            next = next?.advanced(by: 1)
        }
        return list.isEmpty ? [nil] : list
    }

    private static func open(_ coreType: String?) -> Result<String, Rejection> {
        var message = [CChar](repeating: 0, count: 512)
        guard openblas_open(coreType, &message, message.count) == 0 else {
            let text = message.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) ?? "" }
            return .failure(Rejection(text: text))
        }
        let name = String(cString: openblas_corename())
        let error = largestRelativeError()
        guard error < 1e-4 else {
            openblas_close()
            return .failure(Rejection(text: "\(name) computes wrong products (relative error \(error))"))
        }
        return .success(name)
    }

    /// Against the naive product: sizes that are no multiple of any kernel's tile, one past the cache blocks and two in
    /// the range for which OpenBLAS has kernels of their own for small matrices.
    private static func largestRelativeError() -> Float {
        let sizes = [(67, 131, 389), (24, 37, 16), (96, 203, 24)]
        let transposes = [(false, false), (true, false), (false, true)]
        return sizes.flatMap { size in
            transposes.map { relativeError(m: size.0, n: size.1, k: size.2, transposeA: $0.0, transposeB: $0.1) }
        }.max() ?? .infinity
    }

    private static func relativeError(m: Int, n: Int, k: Int, transposeA: Bool, transposeB: Bool) -> Float {
        func value(_ index: Int, _ seed: Int) -> Float { Float((index &* 7919 &+ seed) % 1009) / 1009 - 0.5 }
        let a = (0..<m * k).map { value($0, 1) }
        let b = (0..<k * n).map { value($0, 2) }
        var fast = [Float](repeating: .nan, count: m * n)
        var exact = fast
        let (lda, ldb) = (transposeA ? m : k, transposeB ? k : n)
        openblas_sgemm(
            transposeA ? 1 : 0, transposeB ? 1 : 0, Int32(m), Int32(n), Int32(k), a, Int32(lda), b, Int32(ldb), 0,
            &fast, Int32(n))
        naive(
            m: m, n: n, k: k, a: a, lda: lda, transposeA: transposeA, b: b, ldb: ldb, transposeB: transposeB,
            c: &exact, ldc: n)
        let scale = exact.reduce(0) { max($0, abs($1)) }
        return zip(fast, exact).reduce(Float(0)) { worst, pair in
            let difference = abs(pair.0 - pair.1) / scale
            return difference.isFinite ? max(worst, difference) : .infinity
        }
    }
}
