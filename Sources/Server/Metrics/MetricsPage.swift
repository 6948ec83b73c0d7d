import Engine
import Foundation
import Store

/// All metrics as one text: what has been counted, and what is so now. Names are part of the interface
/// (docs/Operations.md).
struct MetricsPage {
    let counts: ServiceMetrics.Counts
    let traffic: TrafficFigures?
    let jobs: [(state: String, count: Int)]
    let summary: StoreSummary
    let queueDepth: Int
    let queueCapacity: Int
    let model: Model
    let engine: any LabelingEngine

    var text: String {
        var page = PrometheusText()
        addRequests(to: &page)
        addTraffic(to: &page)
        addInference(to: &page)
        addJobs(to: &page)
        addStore(to: &page)
        addBuild(to: &page)
        addReloads(to: &page)
        addProcess(to: &page)
        return page.text
    }

    private func addRequests(to page: inout PrometheusText) {
        page.family("http_requests_total", .counter, "Requests answered, by route template, method and status.")
        for (labels, count) in counts.requests.sorted(by: { $0.key < $1.key }) {
            page.sample(
                "http_requests_total", ["route": labels.route, "method": labels.method, "code": String(labels.code)],
                Double(count))
        }
        page.family(
            "http_request_duration_seconds", .histogram, "From the complete head to the last byte given to the kernel.")
        for (route, histogram) in counts.durations.sorted(by: { $0.key < $1.key }) {
            page.histogram("http_request_duration_seconds", ["route": route], histogram)
        }
    }

    private func addTraffic(to page: inout PrometheusText) {
        guard let traffic else { return }
        for (name, what, gauge) in [
            ("http_connections", "Open connections", traffic.connections),
            ("http_streams", "Streams without end, such as events", traffic.streams),
            ("http_body_bytes", "Bytes of request bodies in memory", traffic.bodyBytes),
            ("http_answer_bytes", "Bytes of answers that wait for their readers", traffic.answerBytes),
        ] {
            page.single(name, .gauge, "\(what).", Double(gauge.value))
            page.single("\(name)_limit", .gauge, "\(what): the limit.", Double(gauge.limit))
        }
        page.family("http_cutoffs_total", .counter, "Connections, requests and answers refused or cut off, by reason.")
        for cutoff in traffic.cutoffs {
            page.sample("http_cutoffs_total", ["reason": cutoff.reason.rawValue], Double(cutoff.count))
        }
    }

    private func addInference(to page: inout PrometheusText) {
        page.family("inference_duration_seconds", .histogram, "Time a picture took in each stage of the pipeline.")
        for stage in counts.stages {
            page.histogram("inference_duration_seconds", ["stage": stage.name], stage.histogram)
        }
        page.single("queue_depth", .gauge, "Pictures of requests that wait for the engine.", Double(queueDepth))
        page.single("queue_capacity", .gauge, "Pictures that may wait; more are answered 503.", Double(queueCapacity))
        page.single(
            "engine_up", .gauge, "Whether the engine's process can be used.", engine.unavailability == nil ? 1 : 0)
    }

    private func addJobs(to page: inout PrometheusText) {
        page.family("jobs", .gauge, "Jobs in the store, by state.")
        for job in jobs { page.sample("jobs", ["state": job.state], Double(job.count)) }
        page.family("job_items_total", .counter, "Items of jobs that ended since the start, by outcome.")
        page.sample("job_items_total", ["outcome": "done"], Double(counts.itemsDone))
        page.sample("job_items_total", ["outcome": "failed"], Double(counts.itemsFailed))
    }

    private func addStore(to page: inout PrometheusText) {
        page.family("cache_requests_total", .counter, "Masks asked for, by whether the store had them.")
        page.sample("cache_requests_total", ["result": "hit"], Double(counts.cacheHits))
        page.sample("cache_requests_total", ["result": "miss"], Double(counts.cacheMisses))
        page.single("cache_bytes", .gauge, "Bytes of masks and images in the store.", Double(summary.bytes))
        page.single("cache_limit_bytes", .gauge, "Bytes from which on the store evicts.", Double(summary.limitBytes))
        page.single("cache_masks", .gauge, "Masks in the store.", Double(summary.masks))
        page.single("cache_images", .gauge, "Images in the store.", Double(summary.images))
    }

    private func addBuild(to page: inout PrometheusText) {
        page.family("build_info", .gauge, "Always 1; the program is in the labels.")
        page.sample(
            "build_info", ["version": ServiceVersion.current, "pipeline_revision": String(Pipeline.revision)], 1)
        page.family("model_info", .gauge, "Always 1; the model being served is in the labels.")
        page.sample(
            "model_info",
            ["name": model.name, "digest": model.digest, "architecture": model.description.architecture], 1)
    }

    private func addReloads(to page: inout PrometheusText) {
        for what in ServiceMetrics.Reloaded.allCases {
            let name = what.rawValue
            let reloads = counts.reloads[what] ?? ServiceMetrics.Reloads()
            page.single(
                "\(name)_reload_failed", .gauge, "1 if the last reload failed and the old ones stayed.",
                reloads.lastFailed ? 1 : 0)
            page.family("\(name)_reloads_total", .counter, "Times they were read again, by outcome.")
            page.sample("\(name)_reloads_total", ["outcome": "ok"], Double(reloads.succeeded))
            page.sample("\(name)_reloads_total", ["outcome": "failed"], Double(reloads.failed))
        }
    }

    private func addProcess(to page: inout PrometheusText) {
        if let own = ProcessFigures() {
            page.single(
                "process_cpu_seconds_total", .counter, "Processor time of the server's process.", own.cpuSeconds)
            page.single("process_resident_memory_bytes", .gauge, "Memory of the server's process.", own.residentBytes)
            page.single(
                "process_virtual_memory_bytes", .gauge, "Address space of the server's process.", own.virtualBytes)
            page.single("process_start_time_seconds", .gauge, "Start of the process, since 1970.", own.startSeconds)
        }
        if let open = ProcessFigures.openDescriptors {
            page.single("process_open_fds", .gauge, "Open file descriptors.", Double(open))
        }
        page.single("process_max_fds", .gauge, "Most file descriptors.", Double(DescriptorLimit.current))
        if let id = engine.processID, let child = ProcessFigures(process: String(id)) {
            page.single(
                "engine_cpu_seconds_total", .counter, "Processor time of the engine's process.", child.cpuSeconds)
            page.single("engine_resident_memory_bytes", .gauge, "Memory of the engine's process.", child.residentBytes)
        }
    }
}
