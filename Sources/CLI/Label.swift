import ArgumentParser
import Engine
import Foundation
import Text

struct Label: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Label images without a server.",
        discussion: """
            Writes OUT/SegmentationClass/NAME.png (VOC), OUT/coco.json, OUT/overlays/NAME.png and OUT/manifest.jsonl \
            with the metrics of every image. --format maps instead writes OUT/maps/NAME.safetensors: the class maps \
            before refinement, which evaluate --maps reads. Running again skips images that are finished with the \
            same content, labels, options and model. The exit status is 1 when an image failed.
            """)

    @Argument(help: "Images, or directories of images.") var images: [String]
    @Flag(help: "Also label the images in folders below; OUT gets the same folders.") var recursive = false
    @Option(help: "Classes that are in every image, separated by commas; \"\" for none of them.")
    var labels: [String] = []
    @Option(
        help: """
            CSV file with the columns image and labels; images by their paths relative to their directory, classes \
            separated by semicolons or commas. An image without a class gets a mask of background.
            """)
    var labelsFile: String?
    @Option(help: TextEncoding.help) var encoding: TextEncoding?
    @Option(help: "Directory to write to.") var out: String
    @Option(help: "What to write: voc, coco, overlay, all of these, or maps.") var format: LabelFormat = .all
    @Option(
        help: "Refinement of the class maps: binomial, multinomial or none. Default: binomial; none for --format maps.")
    var refinement: Refinement?
    @Option(help: "Background score, 0 to 1. Default: the model's own for the refinement.") var background: Float?
    @Option(help: "Pixels less certain than this, 0.5 to 1, become 255. Default: all are labelled.")
    var certainty: Float?
    @OptionGroup var small: SmallComponentOptions
    @Option(help: "Scales at which the network sees an image, separated by commas.") var scales: ScaleList?
    @Flag(inversion: .prefixedNo, help: "Whether the network sees each scale mirrored too.") var flip = true
    @Option(help: "Most pixels of an image.") var maximumPixels = ImageDecoder.defaultMaximumPixels
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        if !labels.isEmpty && labelsFile != nil { throw ValidationError("give --labels or --labels-file, not both") }
        guard encoding == nil || labelsFile != nil else { throw ValidationError("--encoding needs --labels-file") }
        if let refinement, format == .maps, refinement != .none {
            throw ValidationError("--format maps writes class maps before refinement; leave --refinement out")
        }
        try GivenPaths.check([("--labels-file", labelsFile), ("--out", out), ("--model", model.file)])
        guard maximumPixels > 0 else { throw ValidationError("--maximum-pixels must be positive, is \(maximumPixels)") }
    }

    func run() throws {
        let model = try model.load()
        let options = try LabelingOptions(
            model: model.description, scales: scales?.values, flip: flip,
            refinement: refinement ?? (format == .maps ? Refinement.none : nil), background: background,
            certainty: certainty, minimumArea: small.minimumArea, dropSmall: small.dropSmall)
        let (items, notes) = try LabelItem.list(
            images, recursive: recursive, output: out, extensions: LabelOutput.fileExtensions(format),
            labels: try labelSource(), model: model)
        notes.forEach(Terminal.note)
        let output = try LabelOutput(directory: out, format: format, model: model, options: options)
        let pipeline = Pipeline(
            model: model, threads: threads.threads, decoder: ImageDecoder(maximumPixels: maximumPixels))

        let without = items.count { (try? $0.labels.get()) == [] }
        if without > 0 { Terminal.note(NoClass.text(images: without)) }
        Terminal.note("\(items.count) images, model \(model.name), \(Processor.kernels), \(threads.threads) threads")
        let summary = LabelRun(items: items, pipeline: pipeline, options: options, output: output).run()
        try output.finish()
        Terminal.note(summary.text)
        if !summary.failures.isEmpty { throw ExitCode.failure }
    }

    private func labelSource() throws -> LabelItem.LabelSource {
        if let labelsFile { return .file(try LabelsFile(contentsOf: labelsFile, encoding: encoding)) }
        return labels.isEmpty ? .predicted : .same(labels)
    }
}

/// What `label` writes.
enum LabelFormat: String, ExpressibleByArgument, CaseIterable {
    case voc, coco, overlay, all, maps

    func includes(_ format: LabelFormat) -> Bool { self == format || self == .all && format != .maps }
}

/// "0.5,1,2"
struct ScaleList: ExpressibleByArgument {
    let values: [Double]

    init?(argument: String) {
        let items = argument.split(onByte: ",").map { Double($0) }
        let numbers = items.compactMap { $0 }
        guard numbers.count == items.count else { return nil }
        values = numbers
    }
}

extension Refinement: ExpressibleByArgument {}
