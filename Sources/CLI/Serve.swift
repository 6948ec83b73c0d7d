import ArgumentParser
import Dispatch
import Engine
import Foundation
import Logging
import Server
import Store
import Synchronization

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service.",
        discussion: """
            Once ready, one line on standard output says where it listens; logs go to standard error.

            Each option can also be given as an environment variable (PSEUDOLABEL_STORE_LIMIT=4294967296 for \
            --store-limit 4294967296) or in a file (--config FILE; lines such as store-limit = 4294967296, # for \
            comments). The environment replaces the file, and the command line replaces both. \
            Outside the command line, options that may be repeated take a list separated by commas, and flags are \
            true or false.
            """)

    @Option(help: "Address to listen on: an IPv4 or IPv6 address, or localhost.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 picks a free one.") var port: UInt16 = 8080
    @Option(help: "Directory of the mask store; created when missing.") var dataDir = Serve.defaultDataDirectory
    @Option(help: "Most bytes of masks and images kept; the least recently used go first.")
    var storeLimit = Store.defaultLimitBytes
    @Option(help: "Pictures that may wait for the network; more are answered 503.") var queue = 64
    @Option(help: "Seconds that the engine may take for a picture before it is killed and started again.")
    var pictureTimeout = 300
    @OptionGroup var engine: EngineOptions
    @OptionGroup var model: ModelOption
    @OptionGroup var threads: ThreadsOption
    @Option(help: ArgumentHelp("File with options; see above.", valueName: "file")) var config: String?
    @OptionGroup(title: "Log") var log: LogOptions
    @OptionGroup(title: "Access") var access: AccessOptions
    @OptionGroup(title: "What jobs may hold") var holdings: HoldingOptions
    @OptionGroup(title: "Calls at the end of jobs") var webhooks: WebhookOptions
    @OptionGroup(title: "Limits of a request's content") var content: ContentOptions
    @OptionGroup(title: "Limits of HTTP messages") var messages: MessageOptions
    @OptionGroup(title: "Connections and time") var connections: ConnectionOptions
    @OptionGroup(title: "Shares of one client") var shares: ShareOptions

    static var defaultDataDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.local/share"
        return base + "/pseudolabel"
    }

    /// Most pixels of an image.
    var maximumPixels: Int { content.maximumPixels }

    private var requestLimits: RequestLimits {
        var limits = content.limits
        limits.tokenQuota = holdings.quota(
            queue: access.tokenQueue, hasTokens: access.tokenFile != nil, storeLimit: storeLimit)
        return limits
    }

    private var limits: ServerLimits {
        var limits = ServerLimits()
        connections.apply(to: &limits)
        messages.apply(to: &limits)
        shares.apply(to: &limits)
        return limits
    }

    func validate() throws {
        guard queue > 0 else { throw ValidationError("--queue must be positive, is \(queue)") }
        try access.requireTokens(on: host)
        guard storeLimit > 0 else { throw ValidationError("--store-limit must be positive, is \(storeLimit)") }
        guard pictureTimeout > 0 else {
            throw ValidationError("--picture-timeout must be positive, is \(pictureTimeout)")
        }
    }

    func run() throws {
        SignalWatcher.ignoreWriteSignals()
        DescriptorLimit.raise()
        log.bootstrap()
        let logger = Logger(label: "pseudolabel")
        let engineArguments = EngineCommand.arguments(
            model: model, threads: threads, maximumPixels: maximumPixels, engine: engine)
        let policy = try webhooks.policy()
        let tokens = try access.tokens()
        let first = try model.load()
        let description = first.description
        logger.info("model \(first.name): \(description.architecture), \(description.classes.count) classes")
        logger.info("model digest \(first.digest)")
        let store = try Store.open(directory: dataDir, limitBytes: storeLimit)
        let stored = try store.summary
        logger.info("store in \(dataDir): \(stored.masks) masks of \(stored.images) images")

        let makeEngine = { @Sendable [pictureTimeout] (model: Model) in
            EngineProcess(
                arguments: engineArguments, modelDigest: model.digest, pictureTimeout: .seconds(pictureTimeout),
                logger: logger)
        }
        let models = ServedModels(try ServedModel(first, engine: makeEngine(first)))
        let metrics = ServiceMetrics()
        let service = MaskService(
            models: models, decoder: ImageDecoder(maximumPixels: maximumPixels), store: store, queueCapacity: queue,
            metrics: metrics, logger: logger)
        let jobs = JobService(
            store: store, models: models, reads: service.reads, writes: service.writes, limits: requestLimits,
            retention: holdings.jobRetention, webhooks: policy,
            transport: webhooks.hosts.isEmpty ? nil : WebhookProcess(), metrics: metrics, logger: logger)
        let gatekeeper = try access.gatekeeper(
            API.router(service, jobs: jobs, limits: requestLimits), tokens: tokens, host: host)
        let accessLog = log.accessLog ? AccessLog(logger) : nil
        let server = HTTPServer(host: host, port: port, limits: limits, responder: gatekeeper, logger: logger) {
            metrics.record($0)
            accessLog?.record($0)
        }
        metrics.observe(server)

        let stop = DispatchSemaphore(value: 0)
        let wasCut = Atomic(false)
        let signals = DispatchQueue(label: "signals")
        let watcher = SignalWatcher([SIGTERM, SIGINT], queue: signals) { number in
            logger.info("signal \(number): finishing what is in flight")
            jobs.beginShutdown()
            // Pictures of jobs that no connection waits for.
            signals.asyncAfter(deadline: .now() + connections.drainTimeout.value) { jobs.abandon() }
            server.drain(within: connections.drainTimeout.duration) { outcome in
                if outcome == .deadlinePassed {
                    logger.warning("connections were cut at the deadline")
                    wasCut.store(true, ordering: .relaxed)
                }
                stop.signal()
            }
        }
        let reload = Reload(
            tokens: tokens, models: models, option: model, makeEngine: makeEngine, server: server, metrics: metrics,
            logger: logger)
        let reloader = reload.onHangUp()
        let address = try server.start()
        jobs.start()
        Terminal.result("listening on http://\(address)")
        stop.wait()
        withExtendedLifetime((watcher, reloader)) {
            // Nobody is left to answer then, and a full queue takes minutes.
            jobs.shutdown(abandoning: wasCut.load(ordering: .relaxed))
            service.shutdown(droppingQueue: wasCut.load(ordering: .relaxed))
            models.close()
            store.close()
        }
    }
}
