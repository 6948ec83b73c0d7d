import Foundation

/// Bytes to mask, in the order of the data. Any number of threads may call it; the network runs for one picture at a
/// time on all its threads, the stages before and after on the caller's.
public final class Pipeline: Sendable {
    /// Raised whenever the same picture, model and options give another mask than before.
    public static let revision = 5

    public let model: Model
    public let threads: Int
    public let decoder: ImageDecoder
    private let logits: MultiScaleLogits

    /// - Parameter threads: threads of the network; the processor's cores are a good choice.
    public init(model: Model, threads: Int, decoder: ImageDecoder = ImageDecoder()) {
        self.model = model
        self.threads = threads
        self.decoder = decoder
        logits = MultiScaleLogits(model: model, threads: threads)
    }

    /// Labels one picture.
    /// - Parameters:
    ///   - bytes: of any `ImageFormat`.
    ///   - labels: class indices that are in the picture; nil lets the classifier decide.
    ///   - keepMaps: called with the class activation maps, normalised to [0, 1], before they are refined.
    /// - Throws: `ImageError` when the bytes are not a picture that can be decoded whole.
    public func label(
        _ bytes: Data, labels: [Int]?, options: LabelingOptions, keepMaps: (ClassMaps) -> Void = { _ in }
    ) throws(ImageError) -> Labeling {
        var clock = StageClock()
        let decoded = try decoder.decodeTelling(bytes)
        let image = decoded.image
        let size = WorkingSize(width: image.width, height: image.height)
        let working = size.image(image)
        clock.finish("decode")

        let passes = logits.run(working, scales: options.scales, flip: options.flip)
        clock.finish("network")

        let pooledLogits = ClassActivationMaps.pooledLogits(passes, classCount: model.description.classes.count)
        let classPosteriors = ClassActivationMaps.posteriors(pooledLogits)
        let classes = labels ?? ClassActivationMaps.predictedClasses(classPosteriors)
        let maps = logits.maps(of: passes, classes: classes, pooledLogits: pooledLogits, size: size)
        clock.finish("cam")
        keepMaps(maps)

        let refined = options.refinement.logits(
            of: maps, image: size.guide(working), backgroundScore: options.background)
        clock.finish("refinement")

        let smallest = options.minimumPixels(of: image.width * image.height)
        let composition = MaskComposition(
            refined, width: image.width, height: image.height, certainty: options.certainty,
            smallest: options.dropSmall == true ? smallest : 1)
        let labeled = composition.classes.map {
            describe($0, posterior: classPosteriors[$0.classIndex], smallest: smallest)
        }
        clock.finish("mask")

        let png = VOCPNG.encode(composition.mask, classCount: model.description.classes.count)
        let ignored = options.certainty == nil ? nil : composition.mask.pixels(of: IndexMask.ignore)
        var warnings = decoded.warnings
        if labels != nil { warnings += Warning.found(nothing: labeled, in: composition.mask) }
        var labeling = Labeling(
            width: image.width, height: image.height, labelSource: labels == nil ? .predicted : .given, maskPNG: png,
            classes: labeled, timings: [], warnings: warnings,
            ignored: ignored.flatMap { $0.area == 0 ? nil : COCORunLength($0) })
        clock.finish("encoding")
        labeling.timings = clock.timings
        return labeling
    }

    private func describe(
        _ mask: MaskComposition.ClassMask, posterior: Float, smallest: Int
    ) -> Labeling.LabeledClass {
        let boxes = ConnectedComponents.boxes(of: mask.pixels, minimumArea: smallest)
            .prefix(Labeling.LabeledClass.maximumBoxes)
        return Labeling.LabeledClass(
            index: mask.classIndex, name: model.description.classes[mask.classIndex], posterior: posterior,
            areaShare: Float(mask.pixels.area) / Float(mask.pixels.width * mask.pixels.height),
            meanPosterior: mask.meanPosterior, boxes: Array(boxes), runLength: COCORunLength(mask.pixels))
    }
}

/// Splits wall-clock time into the stages of the pipeline.
private struct StageClock {
    private(set) var timings: [Labeling.StageTiming] = []
    private var last = ContinuousClock.now

    mutating func finish(_ stage: String) {
        let now = ContinuousClock.now
        timings.append(Labeling.StageTiming(stage: stage, seconds: (now - last) / .seconds(1)))
        last = now
    }
}
