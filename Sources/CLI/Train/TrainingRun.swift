import Engine
import Foundation

/// A training run from its first step, or its checkpoint, to the model file.
struct TrainingRun {
    let trainer: Trainer
    let judges: TrainingJudges
    /// Nil where no images are held out.
    let heldOut: HeldOutJudge?
    let looks: LooksAhead
    let keep: KeepOptions
    let files: TrainingFiles
    let log: TrainingLog
    let provenance: ModelProvenance

    func run() throws {
        let stop = StopSignal()
        announce()
        let progress = ProgressReport(total: trainer.steps, unit: "steps")
        let labelling = CountProgress(unit: "training images labelled")
        var pace = TrainingPace()
        while trainer.step < trainer.steps, !isOutOfPatience {
            let began = ContinuousClock.now
            let report = try runStep(labelling)
            let seconds = (ContinuousClock.now - began - report.labelling) / .seconds(1)
            pace.add(step: seconds, labelling: report.labelling / .seconds(1))
            try log.append(
                TrainingLog.Step(
                    step: report.step, epoch: report.epoch, loss: report.total, terms: report.losses.terms,
                    gradientNorm: report.gradientNorm, clipped: report.isClipped, applied: report.isApplied,
                    chance: report.chance, logitSpread: report.spread, learningRate: report.learningRate,
                    imagesPerSecond: Double(trainer.recipe.batch) / seconds))
            progress.show(line(report, pace), isLast: trainer.step == trainer.steps)
            if let recovery = report.recovery {
                try log.append(TrainingLog.Event(recovery, epoch: recovery.back / trainer.stepsPerEpoch))
                progress.note("warning: " + recovery.text)
                // A run that is killed now resumes with the lower rate.
                try writeCheckpoint()
            } else if trainer.step % trainer.stepsPerEpoch == 0 {
                try finishEpoch(progress, &pace)
            }
            if let signal = stop.caught {
                try writeCheckpoint()
                throw Interrupted(signal: signal, checkpoint: files.checkpoint)
            }
        }
        warnIfNothingWasLearned()
        // The last checkpoint is written: a run that is ended from here on resumes with its evaluation.
        stop.release()
        try finish()
    }

    /// - Throws: what the trainer throws, after writing what a run that ends for good leaves behind.
    private func runStep(_ labelling: CountProgress) throws -> Trainer.StepReport {
        do {
            return try trainer.runStep(labelling: labelling.show)
        } catch let dead as Trainer.DeadRun {
            try writeCheckpoint()
            try writeCurves()
            throw dead
        }
    }

    private func announce() {
        let recipe = trainer.recipe
        Terminal.note(
            """
            \(trainer.architecture), stride \(recipe.outputStride), \(trainer.classes.count) classes; \
            \(trainer.stepsPerEpoch) steps of \(recipe.batch) images per epoch, \(trainer.epochs) epochs\
            \(trainer.step > 0 ? ", from step \(trainer.step)" : "")
            \(Processor.kernels(for: recipe.objective)), \(trainer.threads) threads, training buffers \(trainer.bufferBytes >> 20) MiB
            """)
    }

    private func line(_ report: Trainer.StepReport, _ pace: TrainingPace) -> String {
        let weights = trainer.recipe.objective.weights
        let terms = Objective.Weights.names.filter { weights[keyPath: $0.path] > 0 }
            .map { String(format: "%@ %.4f", $0.name, report.losses.terms[keyPath: $0.path]) }
        let left = ProgressReport.clock(
            pace.left(
                steps: trainer.steps - trainer.step, rounds: trainer.roundsLeft, batch: trainer.recipe.batch,
                looks: looks.images(left: report.epoch - 1)))
        let numbers = String(
            format: "loss %.4f (%@), gradient %.2f%@, rate %.5f, %.1f images/s", report.total,
            terms.joined(separator: ", "), report.gradientNorm, log.logged.bounded, report.learningRate,
            Double(trainer.recipe.batch) / pace.secondsPerStep)
        return "epoch \(report.epoch), step \(trainer.step)/\(trainer.steps): \(numbers), \(left) left"
    }

    func writeCheckpoint() throws {
        try TrainingFiles.write(trainer.checkpoint(), to: files.checkpoint)
    }

    func writeCurves() throws {
        let svg = LearningCurves(log, weights: trainer.recipe.objective.weights).svg
        try TrainingFiles.write(Data(svg.utf8), to: files.curves)
    }

    struct Interrupted: Error, CustomStringConvertible {
        let signal: Int32
        let checkpoint: String
        var description: String {
            "stopped by \(signal == SIGINT ? "SIGINT" : "SIGTERM"); the same command with --resume \(checkpoint) goes on"
        }
    }
}

extension Recovery {
    var text: String {
        """
        after step \(noticed) the network \(reason). Back to step \(back), with \
        \(String(format: "%.3g", rateFactor)) of the learning rate from there on.
        """
    }
}
