import Dispatch
import Engine
import Foundation
import Logging
import Server

/// What SIGHUP reads again: the tokens and the model's file. What is wrong stays as it was.
final class Reload: Sendable {
    private let tokens: TokenTable?
    private let models: ServedModels
    private let option: ModelOption
    private let makeEngine: @Sendable (Model) -> EngineProcess
    private let logger: Logger

    /// - Parameter makeEngine: starts an engine that loads the option's file.
    init(
        tokens: TokenTable?, models: ServedModels, option: ModelOption,
        makeEngine: @escaping @Sendable (Model) -> EngineProcess, logger: Logger
    ) {
        self.tokens = tokens
        self.models = models
        self.option = option
        self.makeEngine = makeEngine
        self.logger = logger
    }

    func onHangUp() -> SignalWatcher {
        // Serial: a second signal waits until the first has been followed.
        SignalWatcher([SIGHUP], queue: DispatchQueue(label: "reload")) { [self] _ in
            reloadTokens()
            reloadModel()
        }
    }

    private func reloadTokens() {
        guard let tokens else { return }
        do {
            try tokens.reload()
            logger.info("tokens: \(tokens.count), read again")
        } catch {
            logger.error("the tokens stay as they were: \(error)")
        }
    }

    /// The next model serves once its engine is ready, so that no request waits for its start.
    private func reloadModel() {
        guard option.file != nil else { return }
        do {
            let model = try option.load()
            guard model.digest != models.current.model.digest else {
                return logger.info("model \(model.name): unchanged")
            }
            let engine = makeEngine(model)
            if let failure = engine.waitUntilReady() {
                engine.close()
                return logger.error("the model stays as it was: the engine with the new one \(failure)")
            }
            models.replace(with: try ServedModel(model, engine: engine))
            logger.info("model \(model.name): digest \(model.digest) from now on")
        } catch {
            logger.error("the model stays as it was: \(error)")
        }
    }
}
