import Synchronization

/// Tells what is odd about images on standard error: a line per image, of so many images; then their number.
final class WarningNotes: Sendable {
    private let report: ProgressReport
    private let images = Atomic(0)

    /// Images that are told of at once.
    private static let told = 20

    init(report: ProgressReport) { self.report = report }

    /// - Parameters:
    ///   - details: of one image; none is not told.
    ///   - name: the image's.
    func note(_ details: [String], of name: String) {
        guard !details.isEmpty else { return }
        let count = images.add(1, ordering: .relaxed).newValue
        if count <= WarningNotes.told {
            report.note("warning: \(name): \(details.joined(separator: "; "))")
        }
        if count == WarningNotes.told { report.note("further images with warnings are only counted") }
    }

    /// nil where no image had any.
    var summary: String? {
        switch images.load(ordering: .relaxed) {
        case 0: nil
        case 1: "1 image with warnings"
        case let count: "\(count) images with warnings"
        }
    }
}
