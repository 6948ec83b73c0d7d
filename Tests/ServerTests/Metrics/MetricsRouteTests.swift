import Engine
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite struct MetricsRouteTests {
    /// Samples by name and labels, as they stand before the value.
    private func samples(_ text: String) throws -> [String: Double] {
        var samples: [String: Double] = [:]
        var declared: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                #expect(words.count == 4 && ["counter", "gauge", "histogram"].contains(words[3]))
                #expect(declared.insert(String(words[2])).inserted, "\(words[2]) is declared twice")
                continue
            }
            if line.hasPrefix("#") {
                #expect(line.hasPrefix("# HELP "))
                continue
            }
            let space = try #require(line.lastIndex(of: " "))
            let key = String(line[..<space])
            let name = String(key.prefix { $0 != "{" })
            let family = ["_bucket", "_sum", "_count"].reduce(name) {
                $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
            }
            #expect(declared.contains(name) || declared.contains(family), "\(name) has no TYPE")
            #expect(samples.updateValue(try #require(Double(line[line.index(after: space)...])), forKey: key) == nil)
        }
        return samples
    }

    @Test func requestsAndMasks_areCounted() throws {
        let client = try RouteServer.make().client()
        let mask: MaskAnswer = try client.postMask().document()
        _ = try client.postMask()
        _ = try client.get(mask.links.mask)
        _ = try client.get("/v1/masks/" + String(repeating: "0", count: 64))
        _ = try client.get("/nothing/at/all")
        _ = try client.get("/nothing/at/all/either")
        let answer = try client.get("/metrics")
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        let found = try samples(answer.text)
        #expect(found[#"pseudolabel_http_requests_total{route="/v1/masks",method="POST",code="200"}"#] == 2)
        #expect(
            found[#"pseudolabel_http_requests_total{route="/v1/masks/{id}/mask.png",method="GET",code="200"}"#] == 1)
        #expect(found[#"pseudolabel_http_requests_total{route="/v1/masks/{id}",method="GET",code="404"}"#] == 1)
        // However many paths are tried: one label.
        #expect(found[#"pseudolabel_http_requests_total{route="none",method="GET",code="404"}"#] == 2)
        #expect(found[#"pseudolabel_http_request_duration_seconds_count{route="/v1/masks"}"#] == 2)
        #expect(found[#"pseudolabel_http_request_duration_seconds_bucket{route="/v1/masks",le="+Inf"}"#] == 2)
        #expect(found[#"pseudolabel_cache_requests_total{result="hit"}"#] == 1)
        #expect(found[#"pseudolabel_cache_requests_total{result="miss"}"#] == 1)
        for stage in ["decode", "network", "cam", "refinement", "mask", "encoding"] {
            #expect(found["pseudolabel_inference_duration_seconds_count{stage=\"\(stage)\"}"] == 1, "\(stage)")
        }
        #expect(
            found["pseudolabel_queue_depth"] == 0 && found["pseudolabel_queue_capacity"] == 64
                && found["pseudolabel_engine_up"] == 1)
        #expect(
            found["pseudolabel_cache_masks"] == 1 && found["pseudolabel_cache_images"] == 1
                && found["pseudolabel_cache_bytes"] ?? 0 > 0)
        let model = try RouteServer.model.get()
        #expect(found.keys.contains { $0.hasPrefix("pseudolabel_model_info{") && $0.contains(model.digest) })
        #expect(found.keys.contains { $0.hasPrefix("pseudolabel_build_info{version=\"\(ServiceVersion.current)\"") })
        #expect(found["process_resident_memory_bytes"] ?? 0 > 1e6 && found["process_cpu_seconds_total"] ?? 0 > 0)
        #expect(found["process_open_fds"] ?? 0 > 3 && found["process_max_fds"] ?? 0 > found["process_open_fds"] ?? 0)
        let now = Date().timeIntervalSince1970
        #expect((now - 7200...now + 60).contains(found["process_start_time_seconds"] ?? 0))
    }

    @Test func unknownMethods_areOneLabel() throws {
        let server = try RouteServer.make()
        for method in ["BREW", "WHISK"] {
            let client = try server.client()
            try client.send(Data("\(method) /v1/masks HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            #expect(try client.answer().status == 501)
        }
        let found = try samples(server.client().get("/metrics").text)
        #expect(found[#"pseudolabel_http_requests_total{route="none",method="other",code="501"}"#] == 2)
        #expect(!found.keys.contains { $0.contains("BREW") })
    }

    @Test func jobsAndTheirItems_areCounted() throws {
        let server = try JobServer.make()
        let client = try server.client()
        server.engine.plan(stubPicture(1), .fail(ImageError.empty))
        let job = try client.newJob(items(0..<3))
        for number in 0..<3 { _ = try client.put(stubPicture(number)) }
        try server.awaitEnd(job.id)
        // All of it in the store.
        _ = try client.newJob(items(2..<3))
        let paused = try client.newJob(items(7..<8))
        _ = try client.post("/v1/jobs/\(paused.id)/pause", "application/json", Data())
        let found = try samples(client.get("/metrics").text)
        #expect(
            found[#"pseudolabel_jobs{state="done_with_failures"}"#] == 1
                && found[#"pseudolabel_jobs{state="paused"}"#] == 1)
        #expect(found[#"pseudolabel_job_items_total{outcome="failed"}"#] == 1)
        #expect(found[#"pseudolabel_job_items_total{outcome="done"}"#] ?? 0 >= 2)
    }
}
