import Foundation

/// Times the whole pipeline on one picture, stage by stage.
public final class LabelBenchmark {
    private let pipeline: Pipeline
    private let bytes: Data
    private let labels: [Int]?
    private let options: LabelingOptions

    /// - Parameters:
    ///   - picture: of any `ImageFormat`.
    ///   - size: what it is resized to first and encoded again as JPEG; nil leaves it as it is.
    /// - Throws: `ImageError`.
    public init(
        pipeline: Pipeline, picture: Data, size: (width: Int, height: Int)?, labels: [Int]?, options: LabelingOptions
    ) throws(ImageError) {
        self.pipeline = pipeline
        self.labels = labels
        self.options = options
        if let size {
            let image = try pipeline.decoder.decode(picture)
            bytes = JPEGEncoder.encode(
                Resample.resized(image, toWidth: size.width, toHeight: size.height), quality: 90)
        } else {
            bytes = picture
        }
    }

    /// - Returns: for each stage in order, the seconds of each repetition, after one that is not counted.
    /// - Throws: `ImageError`.
    public func run(repetitions: Int) throws(ImageError) -> [(stage: String, seconds: [Double])] {
        var stages: [(stage: String, seconds: [Double])] = []
        for repetition in 0...repetitions {
            let timings = try pipeline.label(bytes, labels: labels, options: options).timings
            if repetition == 0 {
                stages = timings.map { ($0.stage, []) }
            } else {
                for (index, timing) in timings.enumerated() { stages[index].seconds.append(timing.seconds) }
            }
        }
        return stages
    }
}
