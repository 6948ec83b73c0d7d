import Engine
import Foundation

/// A training run from its first step, or its checkpoint, to the model file.
struct TrainingRun {
    let trainer: Trainer
    let judges: TrainingJudges
    let files: TrainingFiles
    let log: TrainingLog
    let provenance: ModelProvenance

    func run() throws {
        let stop = StopSignal()
        announce()
        let progress = ProgressReport(total: trainer.steps, unit: "steps")
        let labelling = CountProgress(unit: "training pictures labelled")
        var pace = TrainingPace()
        while trainer.step < trainer.steps {
            let began = ContinuousClock.now
            let report = try trainer.runStep(labelling: labelling.show)
            let seconds = (ContinuousClock.now - began - report.labelling) / .seconds(1)
            pace.add(step: seconds, labelling: report.labelling / .seconds(1))
            try log.append(
                TrainingLog.Step(
                    step: report.step, epoch: report.epoch, loss: report.total, terms: report.losses.terms,
                    gradientNorm: report.gradientNorm, learningRate: report.learningRate,
                    imagesPerSecond: Double(trainer.recipe.batch) / seconds))
            progress.show(line(report, pace), isLast: trainer.step == trainer.steps)
            if trainer.step % trainer.stepsPerEpoch == 0 {
                try finishEpoch(progress)
            }
            if let signal = stop.caught {
                try writeCheckpoint()
                throw Interrupted(signal: signal, checkpoint: files.checkpoint)
            }
        }
        // The last checkpoint is written: a run that is ended from here on resumes with its evaluation.
        stop.release()
        try finish()
    }

    private func announce() {
        let recipe = trainer.recipe
        Terminal.note(
            """
            \(trainer.architecture), stride \(recipe.outputStride), \(trainer.classes.count) classes; \
            \(trainer.stepsPerEpoch) steps of \(recipe.batch) pictures an epoch, \(trainer.epochs) epochs\
            \(trainer.step > 0 ? ", from step \(trainer.step)" : "")
            \(Processor.kernels(for: recipe.objective)), \(trainer.threads) threads, training buffers \(trainer.bufferBytes >> 20) MiB
            """)
    }

    private func line(_ report: Trainer.StepReport, _ pace: TrainingPace) -> String {
        let weights = trainer.recipe.objective.weights
        let terms = Objective.Weights.names.filter { weights[keyPath: $0.path] > 0 }
            .map { String(format: "%@ %.4f", $0.name, report.losses.terms[keyPath: $0.path]) }
        let left = ProgressReport.clock(
            pace.left(steps: trainer.steps - trainer.step, rounds: trainer.roundsLeft))
        let numbers = String(
            format: "loss %.4f (%@), gradient %.2f, rate %.5f, %.1f images/s", report.total,
            terms.joined(separator: ", "), report.gradientNorm, report.learningRate,
            Double(trainer.recipe.batch) / pace.secondsPerStep)
        return "epoch \(report.epoch + 1), step \(trainer.step)/\(trainer.steps): \(numbers), \(left) left"
    }

    /// The checkpoint comes last: a run that is killed before it does the rest again.
    private func finishEpoch(_ progress: ProgressReport) throws {
        let epoch = trainer.step / trainer.stepsPerEpoch
        if judges.every > 0, epoch % judges.every == 0, epoch < trainer.epochs, let validation = judges.validation,
            let result = try judges.quickLook(trainer.model())
        {
            let look = TrainingLog.Look(epoch: epoch, result, list: validation.name, scales: [1], isFinal: false)
            try log.append(look)
            progress.note("after epoch \(epoch): " + look.text)
        }
        try writeCurves()
        try writeCheckpoint()
    }

    private func finish() throws {
        var score: Float = LabelingOptions.customaryBackgroundScore
        var metrics: [String: Double] = [:]
        let mapMaximum = try trainer.mapMaximum(
            scales: judges.scales, progress: CountProgress(unit: "training pictures looked at again").show)
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
                epoch: trainer.epochs, result, list: validation.name, scales: judges.scales, isFinal: true)
            try log.append(look)
            Terminal.note(look.text)
        }
        try TrainingFiles.write(model(), to: files.model)
        try writeCurves()
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
            Terminal.note("\(name): \(String(format: "%.2f", value))")
        }
        Terminal.note("\(files.model); peak memory \(Processor.peakMemory >> 20) MiB")
    }

    private func add(
        _ result: CAMEvaluation.Result, of judge: TrainingJudges.Named, at fixed: Float? = nil,
        to metrics: inout [String: Double]
    ) {
        let scales = judges.scales.map { String($0) }.joined(separator: "/")
        let what = "\(result.images) images of \(judge.name), labels given, no refinement, scales \(scales) with flips"
        metrics["mIoU, \(what), best background score \(String(result.curve.bestScore))"] = 100 * result.meanIoU
        metrics["contour F, \(what), background score \(String(result.curve.bestScore))"] = 100 * result.contour.mean
        if let fixed {
            metrics["mIoU, \(what), background score \(String(fixed))"] = 100 * result.curve.meanIoU(at: fixed)
        }
    }

    private func description(score: Float, mapMaximum: Float?, metrics: [String: Double]) throws -> ModelDescription {
        let recipe = trainer.recipe
        return ModelDescription(
            architecture: trainer.architecture, outputStride: recipe.outputStride, classes: trainer.classes,
            normalisation: EfficientNetLite.imageNetNormalisation,
            backgroundScore: ModelDescription.BackgroundScore(binomial: provenance.binomialScore ?? score, none: score),
            mapMaximum: mapMaximum,
            provenance: ModelDescription.Provenance(
                data: provenance.data, split: provenance.split, method: try ManifestLine.text(of: recipe),
                seed: String(recipe.seed), metrics: metrics, licence: provenance.licence))
    }

    private func writeCheckpoint() throws {
        try TrainingFiles.write(trainer.checkpoint(), to: files.checkpoint)
    }

    private func writeCurves() throws {
        let svg = LearningCurves(log, weights: trainer.recipe.objective.weights).svg
        try TrainingFiles.write(Data(svg.utf8), to: files.curves)
    }

    private struct Interrupted: Error, CustomStringConvertible {
        let signal: Int32
        let checkpoint: String
        var description: String {
            "stopped by \(signal == SIGINT ? "SIGINT" : "SIGTERM"); the same command with --resume \(checkpoint) goes on"
        }
    }
}

extension TrainingLog.Look {
    init(epoch: Int, _ result: CAMEvaluation.Result, list: String, scales: [Double], isFinal: Bool) {
        self.init(
            epoch: epoch, meanIoU: result.meanIoU, contourF: result.contour.mean,
            backgroundScore: result.curve.bestScore, list: list, scales: scales, isFinal: isFinal)
    }

    var text: String {
        String(
            format: "%@: mIoU %.2f, contour F %.2f at background score %.2f (class activation maps, labels given, %@)",
            list, 100 * meanIoU, 100 * contourF, backgroundScore,
            scales.count == 1 ? "one scale" : "\(scales.count) scales with flips")
    }
}
