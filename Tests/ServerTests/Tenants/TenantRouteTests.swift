import Foundation
import Store
import TestSupport
import Testing

@testable import Server

/// What one token's request gets of another one's masks, images and jobs: nothing, on any route.
@Suite struct TenantRouteTests {
    private static let unknownJob = "00000000000000000000000000000000"
    private static let unknownMask = String(repeating: "0", count: 64)

    /// Every route with a mask's or a job's id in it.
    private static let routes: [(method: String, path: String)] = [
        ("GET", "/v1/masks/MASK"), ("HEAD", "/v1/masks/MASK"), ("GET", "/v1/masks/MASK/mask.png"),
        ("GET", "/v1/masks/MASK/overlay.png"), ("GET", "/v1/masks/MASK/ground-truth"),
        ("DELETE", "/v1/masks/MASK/ground-truth"), ("PUT", "/v1/masks/MASK/ground-truth"),
        ("GET", "/v1/jobs/JOB"), ("GET", "/v1/jobs/JOB/items"), ("GET", "/v1/jobs/JOB/events"),
        ("GET", "/v1/jobs/JOB/result.tar"), ("HEAD", "/v1/jobs/JOB/result.tar"),
        ("GET", "/v1/jobs/JOB/result.tar?format=coco"), ("POST", "/v1/jobs/JOB/pause"),
        ("POST", "/v1/jobs/JOB/resume"), ("POST", "/v1/jobs/JOB/retry"), ("DELETE", "/v1/jobs/JOB"),
        ("DELETE", "/v1/jobs/JOB?purge=true"),
    ]

    /// - Returns: status and detail.
    private func ask(
        _ server: TenantServer, _ route: (method: String, path: String), mask: String, job: String, as name: String
    ) throws -> (Int, String?) {
        let path = route.path.replacingOccurrences(of: "MASK", with: mask).replacingOccurrences(of: "JOB", with: job)
        let answer =
            switch route.method {
            case "HEAD": try server.head(path, as: name)
            case "DELETE": try server.delete(path, as: name)
            case "POST": try server.post(path, as: name)
            case "PUT": try server.putGroundTruth(of: mask, as: name)
            default: try server.get(path, as: name)
            }
        return (answer.status, answer.body.isEmpty ? nil : try? answer.document(ProblemAnswer.self).detail)
    }

    @Test func whatIsAnothers_isAsIfItWereNotThere_andStaysAsItIs() throws {
        let server = try TenantServer()
        let job = try server.doneJob(stubPicture(1), as: "anna")
        let mask: MaskAnswer = try server.postMask(as: "anna").document()
        #expect(try server.putGroundTruth(of: mask.id, as: "anna").status == 201)
        let before = try server.server.record(job.id)
        for route in Self.routes {
            let (status, detail) = try ask(server, route, mask: mask.id, job: job.id, as: "bert")
            let unknown = try ask(server, route, mask: Self.unknownMask, job: Self.unknownJob, as: "bert")
            #expect(status == 404 && (status, detail) == unknown, "\(route): \(detail ?? "")")
        }
        #expect(try server.server.record(job.id) == before)
        #expect(try server.get("/v1/masks/\(mask.id)/ground-truth", as: "anna").status == 200)
        // To the owner, and to who sees all, the same routes are open.
        for name in ["anna", "root"] {
            for route in Self.routes where route.method == "GET" {
                // The stub's mask fits no picture, and the stream has no length.
                if route.path.contains("overlay") || route.path.contains("events") { continue }
                #expect(try ask(server, route, mask: mask.id, job: job.id, as: name).0 == 200, "\(route)")
            }
        }
    }

    @Test func lists_haveOnesOwn() throws {
        let server = try TenantServer()
        let jobs = try ["anna", "bert"].map { try server.doneJob(stubPicture(1), as: $0).id }
        let masks = try ["anna", "bert"].map { try server.postMask(as: $0).document(MaskAnswer.self).id }
        for (mask, name) in zip(masks, ["anna", "bert"]) {
            #expect(try server.putGroundTruth(of: mask, as: name).status == 201)
        }
        for (name, ids) in [("anna", [jobs[0]]), ("bert", [jobs[1]]), ("root", [jobs[1], jobs[0]])] {
            let list: JobsAnswer = try server.get("/v1/jobs", as: name).document()
            #expect(list.jobs.map(\.id) == ids)
            let summary = try server.get("/v1/metrics/summary", as: name).text
            #expect(summary.contains("\"images\":\(ids.count),"), "\(summary.prefix(300))")
        }
        #expect(try !server.get("/v1/metrics/summary", as: "anna").text.contains("\"images\":2,"))
    }

    @Test func mask_isMadeForEachTenant_andTellsNobodyThatItWasThere() throws {
        let server = try TenantServer()
        let first = try server.postMask(as: "anna")
        let second = try server.postMask(as: "bert")
        #expect(first.field("X-Cache") == "miss" && second.field("X-Cache") == "miss")
        #expect(first.field("X-Mask-Id") != second.field("X-Mask-Id"))
        #expect(try server.postMask(as: "anna").field("X-Cache") == "hit")
    }

    @Test func image_isAskedForOnceOfEachTenant() throws {
        let server = try TenantServer()
        let picture = stubPicture(1)
        #expect(try server.doneJob(picture, as: "anna").missing == [sha256(picture)])
        #expect(try server.upload(picture, as: "bert").status == 409, "none of Bert's jobs waits for it")
        let job = try server.newJob([item("a", picture)], as: "bert")
        #expect(job.missing == [sha256(picture)] && job.counts.waitingForImage == 1)
        #expect(try server.upload(picture, as: "bert").status == 201)
        let ended = try server.server.awaitEnd(job.id)
        #expect(ended.counts.done == 1 && ended.counts.fromCache == 0)
        #expect(try server.doneJob(picture, as: "bert").missing == [])
        #expect(try server.server.store.summary.images == 1)
    }

    @Test func wrongBytesUnderAKnownDigest_areRefused() throws {
        let server = try TenantServer(isWorking: false)
        let picture = stubPicture(1)
        for name in ["anna", "bert"] { _ = try server.newJob([item("a", picture)], as: name) }
        #expect(try server.upload(picture, as: "anna").status == 201)
        let answer = try server.client.put(
            "/v1/images/\(sha256(picture))", nil, stubPicture(2), fields: server.line("bert"))
        #expect(answer.status == 422)
    }

    @Test func owner_purgesItsOwnJobs() throws {
        let server = try TenantServer()
        let job = try server.doneJob(stubPicture(1), as: "anna")
        #expect(try server.delete("/v1/jobs/\(job.id)?purge=true", as: "bert").status == 404)
        #expect(try server.delete("/v1/jobs/\(job.id)?purge=true", as: "anna").status == 204)
        let other = try server.doneJob(stubPicture(1), as: "anna")
        #expect(try server.delete("/v1/jobs/\(other.id)?purge=true", as: "root").status == 204)
    }

    // MARK: - Shared

    @Test func shared_allSeeAndUseEverything() throws {
        let server = try TenantServer(isShared: true)
        let job = try server.doneJob(stubPicture(1), as: "anna")
        let mask = try server.postMask(as: "anna")
        #expect(mask.field("X-Cache") == "miss")
        #expect(try server.postMask(as: "bert").field("X-Cache") == "hit")
        let id = try #require(mask.field("X-Mask-Id"))
        for path in ["/v1/masks/\(id)", "/v1/jobs/\(job.id)", "/v1/jobs/\(job.id)/result.tar"] {
            #expect(try server.get(path, as: "bert").status == 200)
        }
        let second = try server.newJob([item("a", stubPicture(1))], as: "bert")
        #expect(second.missing == [])
        #expect(try server.server.awaitEnd(second.id).counts.fromCache == 1)
        #expect(try server.delete("/v1/jobs/\(second.id)", as: "anna").status == 200, "ended already")
    }

    @Test func shared_onlyTheOwnerAndAnAdministratorPurge() throws {
        let server = try TenantServer(isShared: true)
        let jobs = try (0..<2).map { try server.doneJob(stubPicture($0), as: "anna").id }
        let refused = try server.delete("/v1/jobs/\(jobs[0])?purge=true", as: "bert")
        #expect(refused.status == 403 && refused.text.contains("another token's"))
        #expect(try server.delete("/v1/jobs/\(jobs[0])?purge=true", as: "anna").status == 204)
        #expect(try server.delete("/v1/jobs/\(jobs[1])?purge=true", as: "root").status == 204)
    }

    /// Without tokens a mask has the address that it has always had.
    @Test func maskOfNobody_hasTheAddressOfEarlierReleases() throws {
        let image = try ContentDigest(ofBytes: Data("image".utf8))
        let model = try RouteServer.model.get()
        let earlier = sha256(Data("pseudolabel mask\n\(image)\n\(model.digest)\n{}".utf8))
        for tenant in [Tenant.everybody, Tenant(name: "", seesAll: false)] {
            #expect(try MaskAddress.id(image: image, model: model, canonical: "{}", tenant: tenant).rawValue == earlier)
        }
        let names = ["a", "b", "a\n", "A"]
        let ids = try names.map {
            try MaskAddress.id(image: image, model: model, canonical: "{}", tenant: Tenant(name: $0, seesAll: true))
        }
        #expect(Set(ids).count == names.count && !ids.map(\.rawValue).contains(earlier))
    }
}
