import Foundation
import Synchronization
import Text

extension PredictionSet {
    /// The masks of one image.
    public struct Masks: Sendable {
        public let truth: IndexMask
        /// In the order of the runs; class maps cut at the background score.
        public let predictions: [IndexMask]
    }

    private struct Files: Sendable {
        let truth: IndexMask
        let predictions: [Prediction]
    }

    /// What each image adds to the figures: [run][image].
    /// - Parameters:
    ///   - threads: that read and count at the same time.
    ///   - progress: called after each image, one call at a time, from any of the threads.
    /// - Throws: `InvalidDataSet` with everything that is wrong.
    public func scores(
        threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(InvalidDataSet) -> [[ImageScore]] {
        let number = SweepPlanes.number(of: backgroundScore)
        let scores = Mutex([[ImageScore]](repeating: [], count: names.count))
        try forEach(threads: threads, progress: progress) { index, files in
            let ofRuns = files.predictions.map {
                ImageScore(prediction: $0.mask(at: number), truth: files.truth, classCount: classCount)
            }
            scores.withLock { $0[index] = ofRuns }
        }
        let found = scores.withLock { $0 }
        return runs.indices.map { run in found.map { $0[run] } }
    }

    /// Mean IoU of the first run, of class maps, at every background score.
    /// - Parameters, Throws: as for `scores`.
    /// - Precondition: the first run is of class maps.
    public func sweep(
        threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(InvalidDataSet) -> SweepCurve {
        let sweep = Mutex(BackgroundSweep(classCount: classCount))
        try forEach(threads: threads, progress: progress) { _, files in
            guard case .planes(let planes) = files.predictions[0] else {
                preconditionFailure("a sweep is of class maps")
            }
            sweep.withLock { $0.add(planes, truth: files.truth) }
        }
        return SweepCurve(sweep.withLock { $0 })
    }

    private func forEach(
        threads: Int, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?,
        _ body: @escaping @Sendable (_ index: Int, Files) -> Void
    ) throws(InvalidDataSet) {
        let problems =
            nameProblems
            + ParallelCheck.problems(count: names.count, threads: threads, progress: progress) { index in
                let (files, problems) = files(of: names[index])
                if let files { body(index, files) }
                return problems
            }
        guard problems.isEmpty else { throw InvalidDataSet(what: "masks to evaluate", problems: problems) }
    }

    /// - Returns: no files when there are problems.
    private func files(of name: String) -> (Files?, problems: [String]) {
        var problems: [String] = []
        func attempt<Value>(_ body: () throws -> Value) -> Value? {
            do { return try body() } catch {
                problems.append(FileFault.text(of: error))
                return nil
            }
        }
        let path = groundTruth.file(of: name)
        let truth = attempt { try MaskFile(path: path).read(classCount: classCount) }
        let size = truth.map { ExpectedSize(width: $0.width, height: $0.height, owner: "its ground truth \(path)") }
        let predictions = runs.map { run in
            attempt { try run.prediction(of: name, classCount: classCount, size: size) }
        }
        if let pictures { _ = attempt { try PredictionSet.check(pictures, name, size) } }
        guard let truth, problems.isEmpty else { return (nil, problems) }
        return (Files(truth: truth, predictions: predictions.compactMap(\.self)), [])
    }

    private static func check(_ pictures: ImageFolder, _ name: String, _ size: ExpectedSize?) throws {
        let path = try file(of: name, in: pictures)
        let found: (width: Int, height: Int)
        do {
            found = try ImageDecoder().dimensions(of: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw UnusableFile(path: path, error)
        }
        if let size, found != (size.width, size.height) {
            throw UnusableFile(path: path, reason: "is \(found.width) x \(found.height) pixels, \(size)")
        }
    }

    private static func file(of name: String, in pictures: ImageFolder) throws(UnusableFile) -> String {
        do throws(ImageFolder.NotFound) {
            return try pictures.file(name).path
        } catch {
            throw UnusableFile(path: name, reason: error.description)
        }
    }

    /// The masks of an image.
    /// - Throws: what makes a file of it unusable by now, naming the file.
    public func masks(of name: String) throws -> Masks {
        let (files, problems) = files(of: name)
        guard let files else { throw InvalidDataSet(what: "masks of \(name)", problems: problems) }
        let number = SweepPlanes.number(of: backgroundScore)
        return Masks(truth: files.truth, predictions: files.predictions.map { $0.mask(at: number) })
    }

    /// The picture of an image, upright; nil without pictures.
    /// - Throws: what makes it unusable by now, naming the file.
    public func picture(of name: String) throws -> RGBImage? {
        guard let pictures else { return nil }
        return try PictureFile(path: PredictionSet.file(of: name, in: pictures)).read(ImageDecoder())
    }
}
