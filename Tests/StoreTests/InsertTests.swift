import Foundation
import Testing

@testable import Store

@Suite struct InsertTests {
    let store: Store
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store.open(directory: directory.path)
    }

    @Test func recordReadBack_isEqual() throws {
        let record = try MaskRecord.make()
        #expect(try store.insert(record, imageBytes: noise(500, seed: 9)) == .inserted)
        #expect(try store.mask(record.id) == record)
        #expect(try store.image(record.imageSHA256) == noise(500, seed: 9))
    }

    @Test func recordReadBackAfterReopening_isEqual() throws {
        let record = try MaskRecord.make()
        try store.insert(record, imageBytes: noise(500, seed: 9))
        let summary = try store.summary
        store.close()
        let again = try Store.open(directory: directory.path)
        #expect(try again.mask(record.id) == record)
        #expect(try again.image(record.imageSHA256) == noise(500, seed: 9))
        #expect(try again.summary == summary)
    }

    @Test func recordWithoutClassesAndTimings_isEqual() throws {
        let record = try MaskRecord.make(timings: [], classes: [])
        try store.insert(record, imageBytes: Data([1]))
        #expect(try store.mask(record.id) == record)
    }

    @Test func classes_keepTheirOrder() throws {
        let order = [5, 2, 19, 0, 7]
        let record = try MaskRecord.make(classes: order.map { .make(classIndex: $0, name: "class \($0)") })
        try store.insert(record, imageBytes: Data([1]))
        #expect(try store.mask(record.id)?.classes.map(\.classIndex) == order)
    }

    @Test func textWithQuotesAndSemicolons_isKeptAsItIs() throws {
        let name = "'); DROP TABLE mask; -- \" \u{1F408} \\"
        let record = try MaskRecord.make(classes: [.make(name: name)])
        try store.insert(record, imageBytes: Data([1]))
        #expect(try store.mask(record.id)?.classes.first?.name == name)
    }

    @Test func unknownID_isNil() throws {
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        #expect(try store.mask(.make(2)) == nil)
        #expect(try store.image(.make(2)) == nil)
    }

    @Test func secondInsertOfAnID_keepsTheFirst() throws {
        let first = try MaskRecord.make(id: 1, pngBytes: 100)
        let second = try MaskRecord.make(id: 1, pngBytes: 200, classes: [])
        #expect(try store.insert(first, imageBytes: Data([1])) == .inserted)
        let summary = try store.summary
        #expect(try store.insert(second, imageBytes: Data([1])) == .alreadyStored)
        #expect(try store.mask(first.id) == first)
        #expect(try store.summary == summary)
    }

    @Test func twoMasksOfOneImage_shareItsFile() throws {
        try store.insert(.make(id: 1, image: 5), imageBytes: noise(400, seed: 5))
        let one = try store.summary
        try store.insert(.make(id: 2, image: 5), imageBytes: noise(400, seed: 5))
        let two = try store.summary
        #expect(try directory.imageFiles == ["05/\(ContentDigest.make(5))"])
        #expect((two.masks, two.images) == (2, 1))
        #expect(two.bytes - one.bytes == one.bytes - 400)
    }

    @Test func directoryAndFiles_areForThisUserOnly() throws {
        let path = directory.path + "/new/nested"
        let store = try Store.open(directory: path)
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        let layout = DataDirectory(path: path)
        #expect(try permissions(path) == 0o700)
        #expect(try permissions(layout.database) == 0o600)
        #expect(try permissions(layout.databaseLog) == 0o600)
        #expect(try permissions(layout.images) == 0o700)
        #expect(try permissions(ImageFiles(root: layout.images).path(of: .make(1))) == 0o600)
    }

    @Test func linkedDataDirectory_works() throws {
        let link = directory.path + "/link"
        let target = directory.path + "/target"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let store = try Store.open(directory: link + "/")
        try store.insert(.make(id: 1), imageBytes: Data([1]))
        #expect(try store.mask(.make(1)) != nil)
    }

    @Test func temporaryStore_isRemovedAtClose() throws {
        let store = try Store.openTemporary()
        let path = store.directory.path
        try store.insert(.make(), imageBytes: Data([1]))
        #expect(FileManager.default.fileExists(atPath: path))
        store.close()
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
