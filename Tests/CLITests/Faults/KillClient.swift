import Foundation
import TestSupport
import Testing

/// A client that labels its jobs on a server which is killed under it, and that holds it to every answer it ever gave.
final class KillClient {
    private(set) var jobs: [JobFixture] = []
    /// Answered with 202, by name.
    private(set) var accepted: [String: String] = [:]
    /// Answered with 201 or 200.
    private(set) var uploaded: Set<String> = []
    /// Of jobs that were seen to have ended.
    private var ended: Set<String> = []
    private let pictures: [JobPicture]

    static let picturesOfAJob = 24
    /// Pictures that a job has in common with the one before it.
    static let sharedPictures = 4

    init(jobs count: Int) throws {
        let step = Self.picturesOfAJob - Self.sharedPictures
        pictures = try (0..<count * step + Self.sharedPictures).map(JobPicture.window)
        jobs = (0..<count).map { index in
            JobFixture(name: "job-\(index)", pictures: Array(pictures[index * step..<index * step + Self.picturesOfAJob]))
        }
    }

    var isFinished: Bool { ended.count == jobs.count }

    /// Goes on with the jobs that have not ended: while one is worked on, the next is posted.
    ///
    /// - Throws: when the server has died.
    func work(_ server: ServerProcess, _ killer: Killer? = nil) throws {
        let client = try server.client()
        let left = jobs.filter { !ended.contains($0.name) }
        for (index, job) in left.enumerated() {
            if index == 0 { try post(job, client, killer) }
            if index + 1 < left.count { try post(left[index + 1], client, killer) }
            try watch(job, server, killer)
        }
    }

    private func post(_ job: JobFixture, _ client: TestClient, _ killer: Killer?) throws {
        let answer = try submit(job, client, killer)
        try upload(answer.missing ?? [], client, killer)
    }

    private func submit(_ job: JobFixture, _ client: TestClient, _ killer: Killer?) throws -> JobAnswer {
        let request = try job.request()
        try client.send(request.prefix(request.count / 2))
        killer?.reached(.halfAJob)
        try client.send(request.dropFirst(request.count / 2))
        killer?.reached(.job)
        let answer = try client.answer()
        killer?.reached(.answerToAJob)
        #expect(answer.status == 202, "\(answer.text)")
        let document: JobAnswer = try answer.document()
        if let id = accepted[job.name] { #expect(document.id == id, "\(job.name) was accepted twice") }
        accepted[job.name] = document.id
        let again = Set(document.missing ?? []).intersection(uploaded)
        #expect(again.isEmpty, "images that were taken in are asked for again")
        return document
    }

    private func upload(_ missing: [String], _ client: TestClient, _ killer: Killer?) throws {
        for picture in pictures where missing.contains(picture.sha256) {
            let request = TestClient.upload(picture)
            try client.send(request.prefix(request.count / 2))
            killer?.reached(.halfAnUpload)
            try client.send(request.dropFirst(request.count / 2))
            killer?.reached(.upload)
            let answer = try client.answer()
            #expect(answer.status == 201 || answer.status == 200, "\(answer.text)")
            uploaded.insert(picture.sha256)
            killer?.reached(.answerToAnUpload)
        }
    }

    private func watch(_ job: JobFixture, _ server: ServerProcess, _ killer: Killer?) throws {
        guard let id = accepted[job.name] else { return }
        let watcher = try JobWatcher(id, server)
        var seen = 0
        while !watcher.hasEnded {
            try watcher.wait(forItems: seen + 1)
            for _ in seen..<watcher.finishedItems { killer?.reached(.item) }
            seen = watcher.finishedItems
        }
        ended.insert(job.name)
    }

    /// What the server says of everything that it ever accepted, when all has ended.
    func verify(_ server: ServerProcess) throws {
        struct Jobs: Decodable { let jobs: [JobAnswer] }
        let client = try server.client()
        let all: Jobs = try client.get("/v1/jobs?limit=1000").document()
        #expect(all.jobs.map(\.name).sorted() == jobs.map(\.name).sorted(), "each job is there once")
        for job in jobs {
            let id = try #require(accepted[job.name])
            #expect(try client.job(id).state == "done")
            let items = try client.items(of: id)
            #expect(items.map(\.name) == job.pictures.map(\.name), "each item is there once")
            #expect(items.allSatisfy { $0.state == "done" && $0.mask != nil })
        }
    }
}
