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
            is reported before training starts. Ground-truth masks serve evaluation alone.
            """)

    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "Self-training") var selfTraining: SelfTrainingOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @Option(help: "Backbone: a safetensors file, such as import-backbone writes.") var backbone: String
    @Option(help: "Architecture of the backbone. Default: what its file says.") var architecture: String?
    @Option(help: "Model file to write.") var out: String
    @Option(help: "Checkpoint to go on from.") var resume: String?
    @OptionGroup(title: "Provenance") var provenance: ProvenanceOptions
    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: out, isDirectory: &isDirectory), isDirectory.boolValue {
            throw ValidationError("--out must be a file, and \(out) is a directory")
        }
    }

    func run() throws {
        var recipe = schedule.recipe(objective: objective.objective())
        selfTraining.add(to: &recipe)
        recipe.balanced = data.balance
        let checkpoint = try resume.map { try Checkpoint(contentsOf: $0) }
        let pictures = try data.read(threads: threads.threads)
        data.announce(pictures)
        let judges = try evaluation.judges(data: data, training: pictures, threads: threads.threads)
        let trainer = try Trainer(
            pictures, backbone: backbone, architecture: architecture, recipe: recipe, threads: threads.threads,
            resuming: checkpoint)
        if let checkpoint, checkpoint.threads != threads.threads {
            Terminal.note(
                "warning: the checkpoint was made with \(checkpoint.threads) threads; with \(threads.threads) the "
                    + "weights differ in their last digits")
        }
        let files = TrainingFiles(model: out)
        let run = TrainingRun(
            trainer: trainer, judges: judges, files: files,
            log: try TrainingLog(
                files.log, resumesAt: trainer.step, epochs: trainer.step / trainer.stepsPerEpoch),
            provenance: provenance.text(
                data: data, backbone: backbone, digest: trainer.backboneDigest, examples: pictures.examples.count))
        try run.run()
    }
}

/// The files beside a model in training.
struct TrainingFiles {
    let model: String
    var checkpoint: String { model + ".checkpoint" }
    var log: String { model + ".log.jsonl" }
    var curves: String { model + ".svg" }
}
