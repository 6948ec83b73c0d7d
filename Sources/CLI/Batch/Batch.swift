import ArgumentParser
import Engine
import Foundation
import Text

struct Batch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Label a data set on a server.",
        discussion: """
            Posts the images of a directory as one job, uploads those that the server lacks, and writes \
            OUT/SegmentationClass/NAME.png as masks are finished; then OUT/ImageSets/Segmentation/default.txt, \
            OUT/labelmap.txt and, where images failed, OUT/failures.txt. Stopped or killed at any moment, the same \
            command goes on where it was; the server goes on by itself. An image that can't be read fails alone.

            Exit status: 0 every image has its mask; 1 some images failed; 2 the images, the labels or OUT can't be \
            used; 3 the job was cancelled; 4 the server refused, has a name or certificate that cannot be right, or \
            did not answer for as long as --patience; 64 wrong arguments; 130 or 143 stopped by SIGINT or SIGTERM.
            """)

    @Option(help: "The service's URL, such as http://127.0.0.1:8080; OUT remembers it.") var server: String?
    @Option(help: "Directory of images.") var images: String?
    @Flag(help: "Also take the images in folders below; OUT gets the same folders.") var recursive = false
    @Option(
        help: """
            CSV file with the columns image and labels; images by their paths relative to --images, classes separated by \
            semicolons or commas. An image without a class gets a mask of background. Default: predicted.
            """)
    var labels: String?
    @Option(help: TextEncoding.help) var encoding: TextEncoding?
    @Option(help: "File with names of images, one a line: only these.") var list: String?
    @Option(help: "Directory to write to; it belongs to one job.") var out: String
    @Option(help: "The job's name. Default: that of the directory of images.") var name: String?
    @Option(help: "Refinement of the class maps: binomial, multinomial or none.") var refinement: Refinement = .binomial
    @Option(help: "Background score, 0 to 1. Default: the model's own for the refinement.") var background: Float?
    @Option(help: "Pixels less certain than this, 0.5 to 1, become 255. Default: all are labelled.")
    var certainty: Float?
    @OptionGroup var small: SmallComponentOptions
    @Option(help: "Scales at which the network sees an image, separated by commas.") var scales: ScaleList?
    @Flag(inversion: .prefixedNo, help: "Whether the network sees each scale mirrored too.") var flip = true
    @Option(help: "What to write beside the lists: voc.") var format: BatchFormat = .voc
    @Flag(help: "Also write OUT/coco.json: COCO results of the whole job.") var coco = false
    @Option(help: "Connections for uploads and downloads.") var connections = 4
    @Option(help: "Seconds for which a server that does not answer is asked again.") var patience = 600.0
    @Option(
        help:
            "PEM file of the authorities that --server's certificate may be from, instead of the system's. Default: those."
    )
    var cacert: String?
    @OptionGroup var token: TokenOption
    @Flag(help: "Post and upload, and don't wait for masks.") var detach = false
    @Flag(help: "Have the server try images again that failed.") var retryFailed = false
    @Flag(help: "Cancel the job of OUT; finished masks stay.") var cancel = false

    func validate() throws {
        try GivenPaths.check([
            ("--images", images), ("--labels", labels), ("--list", list), ("--out", out), ("--cacert", cacert),
        ])
        guard (1...64).contains(connections) else {
            throw ValidationError("--connections must be 1 to 64, is \(connections)")
        }
        guard encoding == nil || labels != nil else { throw ValidationError("--encoding needs --labels") }
        guard patience >= 0 else { throw ValidationError("--patience must not be negative, is \(patience)") }
        if let background, !(0...1).contains(background) {
            throw ValidationError("--background must be 0 to 1, is \(background)")
        }
        if let certainty, !LabelingOptions.isCertainty(certainty) {
            throw ValidationError("--certainty must be between 0.5 and 1, is \(certainty)")
        }
        guard images != nil || cancel else { throw ValidationError("give the directory of images: --images DIR") }
        if cancel, detach || retryFailed {
            throw ValidationError("--cancel goes with neither --detach nor --retry-failed")
        }
        do {
            if let server { _ = try ServerAddress(server) }
        } catch {
            throw ValidationError("--server: \(error)")
        }
    }

    func run() throws {
        do {
            try BatchSession(self).run()
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.note(error is Interrupted ? "\(error)" : "Error: \(FileFault.text(of: error))")
            throw BatchExit.status(of: error)
        }
    }
}

enum BatchFormat: String, ExpressibleByArgument, CaseIterable {
    case voc
}
