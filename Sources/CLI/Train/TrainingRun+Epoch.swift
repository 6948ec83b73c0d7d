import Engine
import Foundation

extension TrainingRun {
    /// Looks at the network, and writes what a stopped run goes on from.
    ///
    /// The checkpoint comes last: a run that is killed before it does the rest again.
    func finishEpoch(_ progress: ProgressReport, _ pace: inout TrainingPace) throws {
        let epoch = epochsDone
        let began = ContinuousClock.now
        // The last epoch's network is looked at when the run has ended, unless it is to be compared with the others.
        let isLast = epoch == trainer.epochs
        let isLooked = !isLast || keep.compares
        var scores: [Double] = []
        if isLooked, judges.every > 0, epoch % judges.every == 0 || isLast, let validation = judges.validation,
            let result = try judges.quickLook(trainer.model())
        {
            let look = TrainingLog.Look(epoch: epoch, result, list: validation.name, scales: [1], isFinal: false)
            try log.append(look)
            progress.note("after epoch \(epoch): " + look.text)
            scores.append(look.meanIoU)
        }
        if isLooked, let look = try heldOut?.look(trainer.model(), epoch: epoch, isFinal: false) {
            try log.append(look)
            progress.note("after epoch \(epoch): " + look.text)
            // Image-level labels go before masks, where both are there.
            scores.append(look.meanAveragePrecision)
        }
        pace.add(looks: (ContinuousClock.now - began) / .seconds(1), images: looks.images(afterEpoch: epoch))
        if keep.compares, let score = scores.last { trainer.keepIfBest(score: score, epoch: epoch) }
        try writeCurves()
        try writeCheckpoint()
    }

    var epochsDone: Int { trainer.step / trainer.stepsPerEpoch }

    /// Whether the last epochs that were measured were no better than one before them.
    var isOutOfPatience: Bool { keep.patience.map { trainer.missesSinceBest >= $0 } ?? false }
}
