import ArgumentParser
import Engine
import Foundation
import Server
import Text

/// What surrounds a `batch` run: checks before, signals during, lists and summary after.
final class BatchSession {
    private let options: Batch
    private let address: ServerAddress
    private let halt: Halt
    private let client: JobClient
    private let report: ProgressReport
    private let start = ContinuousClock.now

    init(_ options: Batch) throws {
        self.options = options
        guard let server = try options.server ?? BatchOutput.record(in: options.out)?.server else {
            throw ValidationError("give the service's URL: --server URL")
        }
        address = try ServerAddress(server)
        if let file = options.cacert {
            guard address.isEncrypted else { throw ValidationError("--cacert is for https, and \(address) is not") }
            try HTTPClient.trust(only: file)
        }
        // libcurl would ask a proxy of the environment also for this machine.
        if address.isLoopback { setenv("no_proxy", "*", 1) }
        let token = try options.token.load()
        let http = HTTPClient(connections: options.connections + 1)
        let report = ProgressReport(total: 0, unit: "images")
        let halt = Halt { http.close() }
        (self.report, self.halt) = (report, halt)
        client = JobClient(
            http: http, address: address, token: token, patience: Patience(seconds: options.patience), halt: halt,
            note: { report.note($0) })
        if token != nil, !address.isEncrypted, !address.isLoopback {
            report.note("the token goes to \(address) unencrypted; use https where others can listen")
        }
    }

    func run() throws {
        SignalWatcher.ignoreWriteSignals()
        let watcher = SignalWatcher([SIGINT, SIGTERM], queue: DispatchQueue(label: "batch.signals")) { [halt] number in
            // The second time whatever is going on is left as it is.
            if (try? halt.check()) == nil { _exit(128 + number) }
            halt.halt(Interrupted(signal: number))
        }
        try withExtendedLifetime(watcher) { try options.cancel ? cancel() : label() }
    }

    private func cancel() throws {
        guard let id = try BatchOutput.record(in: options.out)?.id else {
            throw BatchJob.Mismatch(description: "\(options.out) has no job to cancel")
        }
        guard let job = try client.cancel(id) else {
            throw BatchRun.Lost(description: "\(address) does not know job \(id)")
        }
        let counts = job.counts
        report.note(
            job.state == "cancelled"
                ? "job \(id) is cancelled: \(counts.done) masks, \(counts.failed) failed, \(counts.cancelled) cancelled"
                : "job \(id) had ended before: \(counts.done) masks, \(counts.failed) failed")
    }

    private func label() throws {
        let set = try BatchSet(
            directory: options.images ?? "", recursive: options.recursive, output: options.out, list: try names(),
            labels: try options.labels.map { try LabelsFile(contentsOf: $0, encoding: options.encoding) })
        set.notes.forEach(report.note)
        var (items, digests, unsent): ([BatchItem], [String], [BatchFailure]) = ([], [], set.unusable)
        for (item, result) in zip(set.items, try BatchHashing.digests(of: set.items, halt: halt, progress: report)) {
            switch result {
            case .success(let digest):
                items.append(item)
                digests.append(digest)
            case .failure(let fault): unsent.append(BatchFailure(name: item.name, reason: fault.description))
            }
        }
        guard !items.isEmpty else { throw BatchSet.Invalid(problems: BatchSet.nothingToSend(unsent)) }
        let output = try BatchOutput(directory: options.out)
        let ledger = BatchLedger(count: items.count)
        let progress = BatchProgress(report: report, ledger: ledger)
        for failure in unsent { progress.note(failure: failure.reason, of: failure.name) }
        let job = try BatchJob.open(
            items: items, digests: digests, unusable: unsent, head: head, client: client, output: output)
        report.note(
            "job \(job.document.id) at \(address): \(items.count) images, \(job.missing.count) to upload")
        if options.retryFailed, !(try client.retry(job.document.id)) {
            report.note("the job is \(job.document.state): there is nothing to try again")
        }

        let run = BatchRun(
            items: items, digests: digests, unsent: unsent, job: job, client: client, output: output,
            connections: options.connections, ledger: ledger, progress: progress)
        if options.detach {
            try stopping(run) { try run.upload() }
            report.note("the same command without --detach fetches the masks")
            let summary = summary(of: run)
            guard summary.failures.isEmpty else {
                try output.writeLists(finished: summary.finished, failures: summary.failures, labelmap: nil)
                throw BatchExit.imagesFailed
            }
        } else {
            let end = try stopping(run) { try run.complete() }
            progress.finish(end.job)
            try finish(run, end.job, isCancelledHere: end.isCancelledHere)
        }
    }

    /// When the work is halted, what is there is made usable, and how to go on is said.
    private func stopping<Result>(_ run: BatchRun, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch {
            let summary = summary(of: run)
            // Why the work was halted may be that nothing can be written.
            try? run.output.writeLists(finished: summary.finished, failures: summary.failures, labelmap: nil)
            report.note(
                "stopped with \(summary.finished.count) of \(run.items.count) masks; job \(run.job.document.id) goes on "
                    + "at the server, and the same command goes on here")
            throw error
        }
    }

    private func finish(_ run: BatchRun, _ document: JobDocument, isCancelledHere: Bool) throws {
        let summary = summary(of: run)
        let classes = try client.classes(ofModel: document.model.digest)
        let leavesOut = document.options.certainty != nil
        if classes == nil { report.note("the server has another model by now: labelmap.txt is not written") }
        let labelmap = classes.map { Labelmap.text(classes: $0, leavesOut: leavesOut) }
        try run.output.writeLists(finished: summary.finished, failures: summary.failures, labelmap: labelmap)
        if options.coco {
            try run.output.writeFile("coco.json") { try client.downloadCOCO(of: document.id, to: $0) }
        }
        let places = "masks in \(run.output.root.appendingPathComponent("SegmentationClass").path)"
        report.note([summary.text, run.progress.warningCount].compactMap(\.self).joined(separator: ", "))
        report.note(summary.failures.isEmpty ? places : places + ", reasons in failures.txt")
        if document.state == "cancelled", !isCancelledHere {
            report.note("the job was cancelled; choose another --out to label what is left")
            throw BatchExit.cancelled
        }
        if !summary.failures.isEmpty { throw BatchExit.imagesFailed }
    }

    private func summary(of run: BatchRun) -> BatchSummary {
        BatchSummary(
            items: run.items, digests: run.digests, unsent: run.unsent, ledger: run.ledger,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private var head: NewJob {
        NewJob(
            name: options.name ?? URL(fileURLWithPath: options.images ?? "").lastPathComponent,
            options: .init(
                scales: options.scales?.values ?? LabelingOptions.defaultScales, flip: options.flip,
                refinement: options.refinement.rawValue, background: options.background,
                certainty: options.certainty, minimumArea: options.small.minimumArea,
                dropSmall: options.small.dropSmall ? true : nil))
    }

    private func names() throws -> [String]? {
        guard let list = options.list else { return nil }
        let text: String
        do throws(TextFile.Unreadable) {
            text = try TextFile.read(list)
        } catch {
            throw BatchSet.Invalid(problems: ["--list: \(list): \(error)"])
        }
        return text.withoutByteOrderMark.lines.map { String($0.withoutASCIISpace) }
            .filter { !$0.isEmpty }
    }
}
