import Engine
import Foundation
import Store

extension MaskRecord {
    /// What the store keeps of a labelled picture.
    init(_ labeling: Labeling, at address: MaskAddress, mediaType: String) {
        self.init(
            id: address.id, imageSHA256: address.image, imageWidth: labeling.width, imageHeight: labeling.height,
            imageMediaType: mediaType, modelDigest: address.model, options: address.options,
            labelSource: labeling.labelSource == .given ? .given : .predicted, maskPNG: labeling.maskPNG,
            classes: labeling.classes.map(ClassRecord.init),
            timings: labeling.timings.map { StageTiming(stage: $0.stage, seconds: $0.seconds) },
            warnings: labeling.warnings.map { WarningRecord(code: $0.code.rawValue, detail: $0.detail) },
            ignoredCounts: labeling.ignored?.counts, createdAt: Date())
    }
}

extension ClassRecord {
    init(_ labeled: Labeling.LabeledClass) {
        self.init(
            classIndex: labeled.index, name: labeled.name, posterior: Double(labeled.posterior),
            areaShare: Double(labeled.areaShare), meanPosterior: labeled.meanPosterior.map(Double.init),
            boxes: labeled.boxes.map { BoxRecord(x: $0.x, y: $0.y, width: $0.width, height: $0.height) },
            rleCounts: labeled.runLength.counts)
    }
}
