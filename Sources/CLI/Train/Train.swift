import ArgumentParser
import Engine
import Foundation

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a CAM network from image-level labels.",
        discussion: """
            Writes OUT (the model, ready for label and serve), OUT.checkpoint after every epoch and when stopped, \
            OUT.log.jsonl and the learning curves OUT.svg. With --resume OUT.checkpoint and the same options a stopped \
            run goes on and ends with the same weights as one that was never stopped. Everything wrong with the data \
            is reported before training starts, with the number of images of each class; files of an earlier run at OUT \
            are only replaced with --resume or --overwrite. Ground-truth masks are never trained on. Exit status: 0 the \
            model is written; 1 the run failed; 64 wrong arguments; 130 or 143 stopped by SIGINT or SIGTERM.
            """)

    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "Self-training") var selfTraining: SelfTrainingOptions
    @OptionGroup(title: "Held-out images") var holdout: HoldoutOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "What is kept") var keep: KeepOptions
    @Option(help: "Backbone: a safetensors file, such as import-backbone writes.") var backbone: String
    @Option(help: "Architecture of the backbone. Default: what its file says.") var architecture: String?
    @Option(help: "Model file to write.") var out: String
    @Option(help: "Checkpoint to go on from.") var resume: String?
    @Flag(help: "Begin anew where an earlier run's model, checkpoint or log is, and replace them.")
    var overwrite = false
    @OptionGroup(title: "Provenance") var provenance: ProvenanceOptions
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        try GivenPaths.check([
            ("--images", data.images), ("--labels", data.labels), ("--list", data.list), ("--classes", data.classes),
            ("--backbone", backbone), ("--out", out), ("--resume", resume),
        ])
        try keep.check(holdout, evaluation, selfTraining)
        let (files, place) = (TrainingFiles(model: out), OutputPlace(model: out))
        try place.checkWritable()
        if !overwrite { try files.checkUnused(resuming: resume) }
        try place.checkSpace(
            backbone: backbone, selfTrains: selfTraining.selfRounds > 0, keepsBest: keep.compares,
            replacing: files.checkpoint)
    }

    func run() throws {
        var recipe = schedule.recipe(objective: objective.objective())
        selfTraining.add(to: &recipe)
        recipe.balanced = data.balance
        let checkpoint = try resume.map { try Checkpoint(contentsOf: $0) }
        let labels = try data.readLabels()
        let all = try data.read(labels, threads: threads.threads)
        let (images, heldOut) = try holdout.part(
            all, data: data, labels: labels, seed: recipe.seed, threads: threads.threads)
        data.announce(images, of: all, labels)
        let judges = try evaluation.judges(data: data, labels: labels, training: images, threads: threads.threads)
        if heldOut == nil, judges.validation == nil {
            Terminal.note("no images are held out: with --holdout 0.1 the log would say how well each class is learnt")
        }
        let trainer = try Trainer(
            images, backbone: backbone, architecture: architecture, recipe: recipe, threads: threads.threads,
            resuming: checkpoint)
        if let checkpoint, checkpoint.threads != threads.threads {
            Terminal.note(
                "warning: the checkpoint was made with \(checkpoint.threads) threads; with \(threads.threads) the "
                    + "weights differ in their last digits")
        }
        let files = TrainingFiles(model: out)
        if overwrite, resume == nil { try files.removeCheckpoint() }
        let run = TrainingRun(
            trainer: trainer, judges: judges, heldOut: heldOut,
            looks: LooksAhead(
                epochs: trainer.epochs, judges, keep, heldOut: heldOut?.count ?? 0, training: images.examples.count),
            keep: keep, files: files,
            log: try TrainingLog(
                files.log, resumesAt: trainer.step, epochs: trainer.step / trainer.stepsPerEpoch,
                recoveries: trainer.recoveries.count),
            provenance: provenance.text(
                data: data, backbone: backbone, digest: trainer.backboneDigest, examples: images.examples.count,
                heldOut: heldOut))
        do {
            try files.explaining { try run.run() }
        } catch let stop as TrainingRun.Interrupted {
            Terminal.note("\(stop)")
            throw ExitCode.stopped(by: stop.signal)
        }
    }
}
