import Engine
import Foundation

extension TrainingRun {
    /// Judges the network and writes the model file.
    func finish() throws {
        let epoch = try chooseWeights()
        var score: Float = LabelingOptions.customaryBackgroundScore
        var metrics: [String: Double] = [:]
        if epoch < trainer.epochs { metrics["epoch of the weights, of \(trainer.epochs)"] = Double(epoch) }
        if let last = trainer.recoveries.last {
            let factor = String(format: "%.3g", last.rateFactor)
            metrics["times the run went back, at last to \(factor) of the learning rate"] = Double(
                trainer.recoveries.count)
        }
        let mapMaximum = try trainer.mapMaximum(
            scales: judges.scales, progress: CountProgress(unit: "training images looked at again").show)
        func model() throws -> Data {
            try Model.pack(
                weights: trainer.weights(), file: files.model,
                description: description(score: score, mapMaximum: mapMaximum, metrics: metrics))
        }
        if let calibration = judges.calibration {
            let result = try judges.full(Model(data: model(), name: files.model), calibration)
            score = result.curve.bestScore
            add(result, of: calibration, to: &metrics)
        }
        if let validation = judges.validation {
            let result = try judges.full(Model(data: model(), name: files.model), validation)
            add(result, of: validation, at: judges.calibration == nil ? nil : score, to: &metrics)
            let look = TrainingLog.Look(
                epoch: epoch, result, list: validation.name, scales: judges.scales, isFinal: true)
            try log.append(look)
            Terminal.note(look.text)
        }
        let lastLook = try heldOut?.look(
            Model(data: model(), name: files.model), epoch: epoch, isFinal: true,
            progress: CountProgress(unit: "held-out images looked at").show)
        if let heldOut, let lastLook {
            try log.append(lastLook)
            metrics.merge(HeldOutMetrics.metrics(lastLook, isChosen: keep.keep == .best)) { $1 }
            Terminal.note(lastLook.text + "\n" + heldOut.table(lastLook))
        }
        try TrainingFiles.write(model(), to: files.model)
        try writeCurves()
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) where !HeldOutMetrics.isOfOneClass(name) {
            Terminal.note("\(name): \(String(format: "%.2f", value))")
        }
        Terminal.note("\(files.model); peak memory \(Processor.peakMemory >> 20) MiB")
        if let warning = lastLook?.warning { Terminal.note(warning) }
    }

    private func add(
        _ result: CAMEvaluation.Result, of judge: TrainingJudges.Named, at fixed: Float? = nil,
        to metrics: inout [String: Double]
    ) {
        let scales = judges.scales.map { String($0) }.joined(separator: "/")
        let what = "\(result.images) images of \(judge.name), labels given, no refinement, scales \(scales) with flips"
        metrics["mIoU, \(what), best background score \(String(result.curve.bestScore))"] = 100 * result.meanIoU
        metrics["contour F, \(what), background score \(String(result.curve.bestScore))"] = 100 * result.contourF
        if let fixed {
            metrics["mIoU, \(what), background score \(String(fixed))"] = 100 * result.curve.meanIoU(at: fixed)
        }
    }

    private func description(score: Float, mapMaximum: Float?, metrics: [String: Double]) throws -> ModelDescription {
        let recipe = trainer.recipe
        return ModelDescription(
            architecture: trainer.architecture, outputStride: recipe.outputStride, classes: trainer.classes,
            normalisation: trainer.normalisation,
            backgroundScore: ModelDescription.BackgroundScore(binomial: provenance.binomialScore ?? score, none: score),
            mapMaximum: mapMaximum,
            provenance: ModelDescription.Provenance(
                data: provenance.data, split: provenance.split, method: try ManifestLine.text(of: recipe),
                seed: String(recipe.seed), metrics: metrics, licence: provenance.licence))
    }

    /// Takes the weights that become the model.
    /// - Returns: the epoch they are of.
    private func chooseWeights() throws -> Int {
        if isOutOfPatience, let best = trainer.bestEpoch {
            Terminal.note("stopped after epoch \(epochsDone): none was better than epoch \(best.epoch)")
        }
        guard keep.keep == .best, let best = trainer.bestEpoch else { return epochsDone }
        trainer.chooseBest()
        Terminal.note("the model is the network after epoch \(best.epoch), the best")
        return best.epoch
    }

    /// A network that does no better than the labels' frequencies is written with a warning, whatever the reason.
    func warnIfNothingWasLearned() {
        guard trainer.knowsLittle, let skill = trainer.skill else { return }
        Terminal.note(
            """
            warning: at the end the network knows little more than how frequent each class is: its classification loss is \
            \(String(format: "%.0f", 100 * (1 - skill))) % of what the frequencies alone give. Its masks will be no use. \
            Do the labels belong to these images? A lower --lr, more --epochs or more images may help.
            """)
    }
}
