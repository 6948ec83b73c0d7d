import Foundation
import Testing

@testable import Engine

struct ZipDirectoryTests {
    private typealias Entry = TorchFixture.ZipEntry
    private static let one = Entry(name: "a/one", content: [1, 2, 3])
    private static let two = Entry(name: "a/two", content: [4, 5])

    @Test(arguments: [false, true], [false, true])
    func entries_areFoundWhereTheyLie(_ zip64Entries: Bool, _ zip64End: Bool) throws {
        var (one, two) = (ZipDirectoryTests.one, ZipDirectoryTests.two)
        one.isZip64 = zip64Entries
        two.isZip64 = zip64Entries
        let data = TorchFixture.zip([one, two, Entry(name: "a/empty")], isZip64: zip64End)
        let entries = try ZipDirectory(data, file: "f").entries
        #expect(entries.mapValues { Array(data[$0]) } == ["a/one": [1, 2, 3], "a/two": [4, 5], "a/empty": []])
    }

    struct Refused: CustomTestStringConvertible {
        let testDescription: String
        let data: Data
        let reason: String
        init(_ what: String, _ data: Data, _ reason: String) {
            testDescription = what
            self.data = data
            self.reason = reason
        }
    }

    private static func changed(_ change: (inout Entry) -> Void) -> Data {
        var second = two
        change(&second)
        return TorchFixture.zip([one, second])
    }

    static let refused = [
        Refused("nothing", Data(), "does not end as"),
        Refused("text", Data(repeating: 0x20, count: 100), "does not end as"),
        Refused("comment", TorchFixture.zip([one], comment: "hello"), "does not end as"),
        Refused("deflated", changed { $0.method = 8 }, "a/two is compressed"),
        Refused("encrypted", changed { $0.flags = 1 }, "compressed or encrypted"),
        Refused("entry twice", TorchFixture.zip([one, one]), "a/one is there twice"),
        Refused("other local name", changed { $0.localName = "a/owt" }, "differs from its local header"),
        Refused(
            "two entries at one place",
            changed {
                $0.localName = "a/one"
                $0.name = "a/one2"
                $0.offset = 0
            }, "differs"),
        Refused("entry over the next", TorchFixture.zip([oversized, two]), "overlap"),
        Refused("entry over the directory", changed { $0.size = 3 }, "truncated"),
        Refused("entry of 4 GB", changed { $0.size = .max - 1 }, "truncated"),
        Refused("offset in the directory", changed { $0.offset = 90 }, "outside the file"),
        Refused("offset beyond the file", changed { $0.offset = .max - 1 }, "outside the file"),
        Refused("offset between entries", changed { $0.offset = 1 }, "no local header"),
        Refused("zip64 sizes without their field", changed { $0.size = .max }, "truncated"),
        Refused("more entries than said", TorchFixture.zip([one, two]) { $0.count = 1 }, "longer than its entries"),
        Refused("fewer entries than said", TorchFixture.zip([one, two]) { $0.count = 3 }, "cannot have 3 entries"),
        Refused("short directory", TorchFixture.zip([one, two]) { $0.size -= 1 }, "truncated"),
        Refused("directory beyond the file", TorchFixture.zip([one]) { $0.offset += 30 }, "outside the file"),
        Refused("directory at another place", TorchFixture.zip([one]) { $0.offset -= 1 }, "no zip directory entry"),
        Refused(
            "zip64 directory of 2^64", TorchFixture.zip([one], isZip64: true) { $0.size = .max }, "outside the file"),
        Refused(
            "zip64 offset of 2^64", TorchFixture.zip([one], isZip64: true) { $0.offset = .max }, "outside the file"),
        Refused(
            "zip64 with 2^63 entries", TorchFixture.zip([one], isZip64: true) { $0.count = 1 << 63 }, "cannot have"),
        Refused("zip64 without its record", TorchFixture.zip([one]) { $0.count = 0xffff }, "locator is missing"),
    ]

    /// Says in the directory to be longer than it is, up into the entry behind it.
    private static let oversized: Entry = {
        var entry = one
        entry.size = 10
        return entry
    }()

    @Test(arguments: refused)
    func damagedArchive_isRefusedSayingWhy(_ item: Refused) throws {
        let error = try #require(throws: ModelError.self) { _ = try ZipDirectory(item.data, file: "f") }
        #expect(error.reason.contains(item.reason), "\(error.reason)")
    }
}
