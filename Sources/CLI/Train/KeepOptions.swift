import ArgumentParser
import Engine

/// Which epoch's network becomes the model, and when a run ends before its last epoch.
struct KeepOptions: ParsableArguments {
    enum Kept: String, ExpressibleByArgument, CaseIterable {
        case last, best
    }

    @Option(
        help: """
            Which weights become the model: those of the last epoch, or of the best by mAP on held-out images, or, where \
            none are held out, by mIoU on validation images.
            """)
    var keep: Kept = .last
    @Option(help: "End the run after so many measured epochs in a row that were no better than one before them.")
    var patience: Int?

    /// Whether epochs are compared with each other.
    var compares: Bool { keep == .best || patience != nil }

    func validate() throws {
        guard (patience ?? 1) >= 1 else { throw ValidationError("--patience must be 1 or more") }
    }

    /// - Throws: where nothing would tell one epoch from another.
    func check(_ holdout: HoldoutOptions, _ evaluation: EvaluationOptions, _ selfTraining: SelfTrainingOptions) throws {
        guard compares else { return }
        let option = patience == nil ? "--keep best" : "--patience"
        guard holdout.isGiven || evaluation.hasQuickLooks else {
            throw ValidationError(
                "\(option) needs something to compare epochs by: --holdout 0.1, --holdout-list, or --validate "
                    + "with --validate-every above 0")
        }
        guard patience == nil || selfTraining.selfRounds == 0 else {
            throw ValidationError(
                "--patience and --self-rounds exclude each other: a round's learning rate falls over its epochs")
        }
    }
}
