import Foundation
import TestSupport
import Testing

/// Runs that cannot begin: all that is wrong is told at once, and nothing is sent.
@Suite struct BatchRefusalTests {
    private let run: BatchFixture
    private let server: FakeJobServer

    init() throws {
        run = try BatchFixture()
        server = try FakeJobServer()
    }

    private func refusal(_ result: CommandResult, status: Int32 = 2) -> String {
        #expect(result.status == status, "\(result.errors)")
        #expect(server.requests.isEmpty)
        return result.errors
    }

    @Test func everythingWrongWithTheSet_isToldAtOnce() throws {
        try run.pictures.write(try Picture.png.bytes, "a1.png")
        try run.writeLabels(["a0,cat", "a1,cat", "other,dog"])
        let message = refusal(try run.batch(server.url))
        for part in [
            "a1.jpg and a1.png would both be a1.png", "a2.jpg: the labels file has no line for it",
            "a3.jpg: the labels file has no line for it",
        ] { #expect(message.contains(part), "\(part) in \(message)") }
        #expect(try run.out.files().isEmpty)
    }

    @Test func labelsWithoutAnImage_areOnlyNoted() throws {
        try run.writeLabels(run.names.map { "\($0),cat" } + ["gone,dog"])
        let result = try run.batch(server.url)
        #expect(result.status == 0)
        #expect(result.errors.contains("1 line of the labels file without an image, the first is line 8, gone"))
    }

    @Test func emptyPathsAndAddressesOfIPv6_areToldWithTheCure() throws {
        for option in ["--labels", "--list", "--images", "--out"] {
            let message = refusal(try run.batch(server.url, option, ""), status: 64)
            #expect(message.contains("\(option) is given an empty path"), "\(message)")
        }
        let message = refusal(try run.batch("http://[::1]:8080"), status: 64)
        #expect(message.contains("names an IPv6 address") && message.contains("give a host name"), "\(message)")
    }

    @Test func outputThatCannotBeMade_isNamed() throws {
        let message = refusal(try run.batch(server.url, "--out", "/proc/x"))
        #expect(message.contains("--out /proc/x can't be created: no directory can be made in /proc"), "\(message)")
    }

    @Test func directoriesAndFilesThatAreNotThere_areNamed() throws {
        let empty = try TemporaryDirectory()
        let out = ["--out", run.out.path, "--server", server.url]
        #expect(refusal(try pseudolabel(["batch", "--images", empty.path] + out)).contains("no JPEG"))
        #expect(refusal(try pseudolabel(["batch", "--images", "/nonexistent"] + out)).contains("/nonexistent"))
        #expect(refusal(try run.batch(server.url, "--list", "/nonexistent")).contains("/nonexistent"))
        #expect(refusal(try run.batch(server.url, "--labels", "/nonexistent")).contains("/nonexistent"))
        let list = try run.pictures.write("a1\nb1\n../a2.jpg\n", "list.txt")
        let message = refusal(try run.batch(server.url, "--list", list))
        #expect(
            message.contains("--list: b1 is no image in") && message.contains("--list: ../a2.jpg has the part \"..\""))
    }

    @Test(arguments: [
        ("--server", "ftp://host"), ("--server", "host:8080"), ("--server", "http://user:word@host"),
        ("--server", "http://host/?a=b"), ("--connections", "0"), ("--patience", "-1"), ("--background", "2"),
        ("--certainty", "1"),
        ("--encoding", "ebcdic"), ("--format", "bmp"), ("--token", "two words"), ("--token-file", "/nonexistent"),
        ("--refinement", "crf"),
    ])
    func wrongArgument_isNamed(_ option: String, _ value: String) throws {
        let message = refusal(try run.batch(server.url, "\(option)=\(value)"), status: 64)
        #expect(message.contains(option.dropFirst(2)), "\(message)")
    }

    @Test func outputOfAnotherSet_isNotTouched() throws {
        #expect(try run.batch(server.url).status == 0)
        let before = try run.out.files()
        try run.pictures.write(try Picture.jpeg(comment: "changed"), "a2.jpg")
        try run.pictures.write(try Picture.jpeg(comment: "new"), "b.jpg")
        try FileManager.default.removeItem(atPath: run.pictures.path("a0.jpg"))
        try run.writeLabels(run.names.map { $0 == "a3" ? "a3,cat;dog" : "\($0),cat" } + ["b,cat"])
        let result = try run.batch(server.url)
        #expect(result.status == 2 && result.errors.contains("choose another --out"))
        for part in [
            "a0 is not here", "the file of a2 is another", "the labels of a3 are others", "b is not in the job",
        ] {
            #expect(result.errors.contains(part), "\(result.errors)")
        }
        #expect(try run.out.files() == before && server.jobs.jobs.count == 1)
    }

    @Test func outputOfOtherOptions_orOfAnotherServer_isNotTouched() throws {
        #expect(try run.batch(server.url).status == 0)
        let options = try run.batch(server.url, "--scales", "0.5,1")
        #expect(options.status == 2 && options.errors.contains("scales"))
        let other = try FakeJobServer()
        let elsewhere = try run.batch(other.url)
        #expect(elsewhere.status == 2 && elsewhere.errors.contains("belongs to job job-1 at \(server.url)"))
        #expect(other.jobs.jobs.isEmpty && run.masks.count == 6)
    }

    @Test func masksOfUnknownOrigin_areNotTakenForTheJobs() throws {
        try run.out.write(try Picture.png.bytes, "SegmentationClass/a0.png")
        #expect(refusal(try run.batch(server.url)).contains("holds masks of another run"))
        try run.out.write("garbage", "job.json")
        #expect(refusal(try run.batch(server.url)).contains("job.json"))
    }

    @Test func jobThatTheServerForgot_isPostedAnew_andOldMasksKeptApart() throws {
        #expect(try run.batch(server.url).status == 0)
        server.state.withLock { $0.jobs = ["other": FakeJobs.Job(id: "other", head: [:], items: [])] }
        let result = try run.batch(server.url)
        #expect(result.status == 0 && result.errors.contains("no longer knows job job-1"))
        #expect(run.masks.count == 6)
        #expect(try run.out.files("SegmentationClass.job-1").count == 6)
        #expect(server.jobs.jobs.keys.sorted() == ["job-2", "other"])
    }

    @Test func whatTheServerRefuses_isToldWithTheImagesName() throws {
        let refusing = try FakeJobServer { _, _, _ in .status(401) }
        let result = try run.batch(refusing.url)
        #expect(result.status == 4 && result.errors.contains("401 as planned"))
        #expect(refusing.requests == ["POST /v1/jobs"])
    }

    @Test func passwordThatAProxyWants_isSaid() throws {
        let proxy = try FakeJobServer { _, _, _ in .passwordWanted }
        let result = try run.batch(proxy.url, "--patience", "1")
        #expect(result.status == 4 && result.errors.contains("401"), "\(result.errors)")
        #expect(proxy.requests.count == 1)
    }
}
