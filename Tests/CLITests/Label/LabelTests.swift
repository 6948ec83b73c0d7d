import Engine
import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite struct LabelTests {
    private let run: LabelRunFixture

    init() throws { run = try LabelRunFixture() }

    @Test func oneFile_becomesMaskOverlayResultsAndManifest() throws {
        let result = try run.label("--labels", "cat", images: [Picture.png.path])
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("1/1 images") && result.errors.contains("1 labelled"))
        #expect(
            try run.out.files() == [
                "SegmentationClass/cat.png", "coco.json", "manifest.jsonl", "overlays/cat.png",
            ])

        let mask = try run.mask("cat")
        #expect(mask.width == Picture.width && mask.height == Picture.height)
        #expect(Set(mask.indices) == [0, 8])
        let overlay = try ImageDecoder().decode(try run.out.data("overlays/cat.png"))
        #expect(overlay.width == Picture.width && overlay.height == Picture.height)

        let entries = try run.results()
        let entry = try #require(entries.first)
        #expect(entries.count == 1 && entry.imageID == .name("cat") && entry.categoryID == 8)
        #expect(entry.score > 0.5 && entry.score <= 1)
        #expect(entry.segmentation.size == [Picture.height, Picture.width])
        let pixels = try COCORunLength(
            counts: entry.segmentation.counts, width: Picture.width, height: Picture.height
        ).mask()
        #expect(pixels == mask.pixels(of: 8))

        let line = try #require(try run.manifest().first)
        #expect(line.name == "cat" && line.labels == ["cat"] && line.width == Picture.width)
        #expect(line.model == (try Model.embedded().digest))
        #expect(line.options.scales == [1] && !line.options.flip && line.options.refinement == .none)
        #expect(line.classes.map(\.name) == ["cat"] && !line.classes[0].boxes.isEmpty)
    }

    @Test func masks_areThoseOfTheService() throws {
        #expect(try run.label("--labels", "dog,cat", images: [Picture.jpeg.path]).status == 0)
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(dataDirectory: directory.path)
        let answer = try server.client().postMask(
            .jpeg, "labels=cat,dog&\(TestClient.fastOptions)", fields: "Accept: image/png\r\n")
        #expect(try run.out.data("SegmentationClass/cat.png") == answer.body)
    }

    @Test func directory_isLabelledPictureByPicture_byTheClassifierWhereNothingIsGiven() throws {
        try run.add("a.jpg", "b.png", "c.JPEG", ".hidden.jpg", "deeper/d.jpg")
        try run.pictures.write("no image", "notes.txt")
        let result = try run.label()
        #expect(result.status == 0 && result.errors.contains("3 labelled"))
        let files = LabelRunFixture.pictureFiles("a", "b", "c")
        #expect(try run.out.files() == (files + ["coco.json", "manifest.jsonl"]).sorted())
        #expect(try run.results().map(\.imageID) == [.name("a"), .name("b"), .name("c")])
        for line in try run.manifest() {
            #expect(line.labels == nil && line.classes.map(\.name) == ["cat"])
        }
    }

    @Test func images_areToldByTheirBytes_underAnyExtensionOfOne() throws {
        let jpeg = try Picture.jpeg.bytes
        for name in ["a.jfif", "b.jpe", "c.jpg_large", "d.MPO"] { try run.pictures.write(jpeg, name) }
        try run.pictures.write(try Picture.webp.bytes, "e.webp")
        try run.pictures.write(try Picture.webp.bytes, "f.jpg")
        try run.pictures.write(try Picture.png.bytes, "g.png")
        #expect(try run.label("--labels", "cat").errors.contains("7 labelled"))
        #expect(try run.mask("a") == run.mask("d"))
        #expect(try run.mask("e") == run.mask("g") && run.mask("f") == run.mask("g"))
    }

    @Test func imagesOfOneNumber_keepTheirNamesInCOCO() throws {
        try run.add("7.png", "007.jpg", "8.jpg")
        #expect(try run.label("--labels", "cat").status == 0)
        #expect(try run.results().map(\.imageID) == [.name("007"), .name("7"), .name("8")])
    }

    @Test func labelThatFindsNothing_isToldOnceAnImage() throws {
        let paths = try run.add("a.jpg", "b.jpg")
        // No class has all pixels.
        let result = try run.label("--labels", "cat,dog", "--minimum-area", "1", "--drop-small")
        #expect(result.status == 0, "\(result.errors)")
        for path in paths {
            #expect(result.errors.components(separatedBy: "warning: \(path): cat was given").count == 2)
        }
        #expect(result.errors.contains("2 images with warnings"))
        for line in try run.manifest() {
            #expect(line.warnings?.map(\.code) == [.labelFoundNothing, .labelFoundNothing] && line.image == nil)
        }
        let again = try run.label("--labels", "cat,dog", "--minimum-area", "1", "--drop-small")
        #expect(again.errors.contains("2 were finished before") && !again.errors.contains("warning"))
        let found = try run.label("--labels", "cat")
        #expect(!found.errors.contains("warning"))
    }

    @Test func manyWarnings_areCounted() throws {
        for number in 0..<23 { try run.add("\(number).jpg") }
        let result = try run.label("--labels", "cat", "--minimum-area", "1", "--drop-small")
        #expect(result.errors.components(separatedBy: "warning: ").count == 21)
        #expect(result.errors.contains("further images with warnings are only counted"))
        #expect(result.errors.contains("23 images with warnings"))
    }

    @Test func coco_saysWhatTheMaskLeavesOut() throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat", "--certainty", "0.9").status == 0)
        let entry = try #require(try run.results().first)
        let ignored = try #require(entry.ignored)
        let pixels = try COCORunLength(
            counts: ignored.counts, width: Picture.width, height: Picture.height
        ).mask()
        let leftOut = try run.mask("a").pixels(of: IndexMask.ignore)
        #expect(pixels == leftOut && pixels.area > 0)
    }

    @Test func minimumArea_isOfTheBoxes_orOfTheMasksToo() throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat", "--minimum-area", "1").status == 0)
        let boxes = try #require(try run.manifest().last).classes[0]
        #expect(boxes.boxes.isEmpty && boxes.areaShare > 0)
        #expect(try run.label("--labels", "cat", "--minimum-area", "1", "--drop-small").status == 0)
        let masks = try #require(try run.manifest().last)
        #expect(masks.classes[0].areaShare == 0)
        #expect(Set(try run.mask("a").indices) == [0])
        #expect(masks.warnings?.map(\.code) == [.labelFoundNothing])
        let wrong = try run.label("--labels", "cat", "--minimum-area", "1.5")
        #expect(wrong.status == 64 && wrong.errors.contains("--minimum-area"))
    }

    @Test func numberedImages_keepTheirNumbersInCOCO() throws {
        try run.add("000000000042.jpg")
        #expect(try run.label("--labels", "cat").status == 0)
        #expect(try run.results().map(\.imageID) == [.number(42)])
    }

    @Test(arguments: [
        ("voc", ["SegmentationClass/a.png"]), ("overlay", ["overlays/a.png"]), ("coco", ["coco.json"]),
        ("all", ["SegmentationClass/a.png", "coco.json", "overlays/a.png"]), ("maps", ["maps/a.safetensors"]),
    ])
    func format_decidesWhatIsWritten(_ format: String, _ files: [String]) throws {
        try run.add("a.jpg")
        #expect(try run.label("--labels", "cat", "--format", format).status == 0)
        #expect(try run.out.files() == (files + ["manifest.jsonl"]).sorted())
    }

    @Test func corruptImage_isReportedAndCounted_andTheRestGoOn() throws {
        try run.add("a.jpg", "c.jpg", "d.png")
        try run.pictures.write(try Picture.jpeg.bytes.prefix(2000), "b.jpg")
        try run.pictures.write("no picture", "e.png")
        let result = try run.label("--labels", "cat")
        #expect(result.status == 1)
        #expect(result.errors.contains(run.pictures.path("b.jpg") + ": The JPEG file is damaged"))
        #expect(result.errors.contains(run.pictures.path("e.png") + ": "))
        #expect(result.errors.contains("5/5 images, 2 failed") && result.errors.contains("3 labelled, 2 failed"))
        #expect(try run.out.files("SegmentationClass") == ["a.png", "c.png", "d.png"])
        #expect(try run.results().map(\.imageID) == [.name("a"), .name("c"), .name("d")])
    }

    @Test(arguments: [["--format", "all"], ["--refinement", "binomial"], ["--refinement", "multinomial"]])
    func imageWithoutAnyClass_getsAMaskOfBackground(_ options: [String]) throws {
        try run.add("a.jpg")
        let file = try run.pictures.write("image,labels\na.jpg,\n", "labels.csv")
        let result = try pseudolabel(
            ["label", run.pictures.path, "--out", run.out.path] + LabelRunFixture.fast
                + ["--labels-file", file, "--certainty", "0.9"] + options)
        #expect(result.status == 0, "\(result.errors)")
        #expect(Set(try run.mask("a").indices) == [IndexMask.background])
        #expect(try run.results().isEmpty)
        let line = try #require(try run.manifest().first)
        #expect(line.labels == [] && line.classes.isEmpty)
        #expect(result.errors.contains("1 image with no class"))
    }

    @Test func noClass_canBeSaidOfAllImages() throws {
        try run.add("a.jpg")
        let result = try run.label("--labels", "")
        #expect(result.status == 0 && result.errors.contains("1 image with no class"), "\(result.errors)")
        #expect(try run.manifest().map(\.labels) == [[]])
        // Not the same as what the classifier decides.
        #expect(try run.label().errors.contains("1 labelled"))
    }

    @Test func labelsFile_mayBeAnyStream_ofAnyEncoding() throws {
        try run.add("a.jpg")
        let text = try run.pictures.write(
            Data([0xFF, 0xFE] + "Labels;image\ncat, dog;a.jpg\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
            "labels.csv")
        let command = ["label", run.pictures.path, "--out", run.out.path] + LabelRunFixture.fast
        let quoted = ([try Binary.path()] + command).map { "'\($0)'" }.joined(separator: " ")
        for (stream, redirection) in [("<(cat '\(text)')", ""), ("/dev/stdin", "< '\(text)'")] {
            let process = try RunningProcess(["/bin/bash", "-c", "\(quoted) --labels-file \(stream) \(redirection)"])
            #expect(try process.wait() == .exited(0), "\(process.errors.text)")
            #expect(try run.manifest().map(\.labels) == [["cat", "dog"]])
        }
    }

    @Test func labelsFile_givesEachImageItsOwn() throws {
        try run.add("a.jpg", "b.jpg", "c.jpg", "d.jpg")
        let file = try run.pictures.write("image,labels\na.jpg,cat\nb,dog;cat\nd.jpg,dragon\nz.jpg,cat\n", "labels.csv")
        let result = try run.label("--labels-file", file)
        #expect(result.status == 1)
        #expect(result.errors.contains("c.jpg: the labels file has no line for it"))
        #expect(result.errors.contains("d.jpg: unknown label \"dragon\""))
        #expect(result.errors.contains("(line 4 of the labels file)"))
        let labels = Dictionary(try run.manifest().map { ($0.name, $0.labels) }, uniquingKeysWith: { $1 })
        #expect(labels == ["a": ["cat"], "b": ["cat", "dog"]])
    }
}
