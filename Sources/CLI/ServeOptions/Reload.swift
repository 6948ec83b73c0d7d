import Dispatch
import Engine
import Foundation
import Logging
import Server

/// What SIGHUP reads again: the tokens and the model's file. What is wrong stays as it was, and the metrics say so.
final class Reload: Sendable {
    private let tokens: TokenTable?
    private let models: ServedModels
    private let option: ModelOption
    private let makeEngine: @Sendable (Model) -> EngineProcess
    private let server: HTTPServer
    private let metrics: ServiceMetrics
    private let logger: Logger

    /// - Parameter makeEngine: starts an engine that loads the option's file.
    init(
        tokens: TokenTable?, models: ServedModels, option: ModelOption,
        makeEngine: @escaping @Sendable (Model) -> EngineProcess, server: HTTPServer, metrics: ServiceMetrics,
        logger: Logger
    ) {
        self.tokens = tokens
        self.models = models
        self.option = option
        self.makeEngine = makeEngine
        self.server = server
        self.metrics = metrics
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
            // What a token that has gone began ends with it.
            server.recheck()
            metrics.recordReload(of: .token, failed: false)
            logger.info("tokens: \(tokens.count), read again")
        } catch {
            metrics.recordReload(of: .token, failed: true)
            logger.error("the tokens stay as they were: \(error)")
        }
    }

    /// The next model serves once its engine is ready, so that no request waits for its start.
    private func reloadModel() {
        guard option.file != nil else { return }
        do {
            let model = try option.load()
            guard model.digest != models.current.model.digest else {
                metrics.recordReload(of: .model, failed: false)
                return logger.info("model \(model.name): unchanged")
            }
            let engine = makeEngine(model)
            if let failure = engine.waitUntilReady() {
                engine.close()
                metrics.recordReload(of: .model, failed: true)
                return logger.error("the model stays as it was: the engine with the new one \(failure)")
            }
            models.replace(with: try ServedModel(model, engine: engine))
            metrics.recordReload(of: .model, failed: false)
            logger.info("model \(model.name): digest \(model.digest) from now on")
        } catch {
            metrics.recordReload(of: .model, failed: true)
            logger.error("the model stays as it was: \(error)")
        }
    }
}
