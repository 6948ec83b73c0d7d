import Text

/// Pictures with image-level labels, all of them checked: what a network is trained on, or judged on.
public struct TrainingSet: Sendable {
    /// In the order of the class layer, without the background.
    public let classes: [String]
    /// In the order of the list.
    public let examples: [Example]
    /// What is worth saying of the directory and no fault: what was left out there.
    public let notes: [String]

    public struct Example: Sendable, Equatable {
        /// Path relative to the directory of the images, without extension.
        public let name: String
        public let path: String
        /// Positions in `classes`, ascending, each once; none for a negative.
        public let labels: [Int]
    }

    /// Reads and decodes every picture once, so that a run of hours does not stop at a damaged one.
    ///
    /// - Parameters:
    ///   - what: the images' part, such as "validation images": what problems are headed with.
    ///   - directory: holds the pictures, under their names as written or with an image's extension.
    ///   - recursive: whether a bare name may be that of a picture in a folder below; paths are found in any case.
    ///   - labelProblems: what is wrong with the labels file's lines; reported with all the rest.
    ///   - names: the images to take, with or without extension; nil takes all lines of the labels file.
    ///   - order: the class layer's classes; nil takes the names of the *whole* labels file in alphabetical order, so
    ///     that lists of one data set agree.
    ///   - threads: that decode at the same time.
    ///   - progress: called after each decoded picture, one call at a time, from any of the threads.
    /// - Throws: `InvalidDataSet` with everything that is wrong.
    public init(
        _ what: String = "training images", images directory: String, recursive: Bool = false, labels file: LabelsFile,
        labelProblems: [String] = [], names: [String]? = nil, classes order: [String]? = nil,
        decoder: ImageDecoder = ImageDecoder(), threads: Int,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(InvalidDataSet) {
        let isWhole = names == nil
        let names = names ?? file.lines.map(\.image)
        let folder: ImageFolder
        do throws(InvalidDataSet) {
            folder = try ImageFolder(directory, recursive: recursive, names: names)
        } catch {
            throw InvalidDataSet(what: what, problems: error.problems.map { "\(directory): \($0)" })
        }
        let classes = order ?? Set(file.lines.flatMap { $0.labels.map(ByteKey.init) }).sorted().map(\.text)
        var problems = labelProblems.map { "labels file, \($0)" }
        // An empty name among them is one of the lines' problems.
        problems += TrainingSet.problems(ofClasses: order == nil ? classes.filter { !$0.isEmpty } : classes)
        if names.isEmpty { problems.append("no image is listed") }
        let indexByClass = Dictionary(
            classes.enumerated().map { (ByteKey($1), $0) }, uniquingKeysWith: { first, _ in first })

        // Of the first hundred unknown labels: the rest is not told.
        let hint = LabelHint(classes: classes)
        var unknown = 0

        let match = LabelMatch(file, images: folder.stems)
        var examples: [Example] = []
        var seen: [ByteKey: String] = [:]
        for name in names {
            if let fault = RelativePath.fault(in: RelativePath.normalised(name)) {
                problems.append("\(name.shown): \(fault)")
                continue
            }
            let image: Result<ImageFolder.Found, ImageFolder.NotFound>
            do throws(ImageFolder.NotFound) {
                image = .success(try folder.file(name))
            } catch {
                image = .failure(error)
            }
            let stem = (try? image.get().stem) ?? ImageName.listed(name)
            if let first = seen.updateValue(name, forKey: ByteKey(stem)) {
                problems.append(ImageName.listedTwice(name, first: first))
                continue
            }
            let labels = match.labels(of: stem) ?? file.labels(of: name)
            if labels == nil { problems.append("\(name.shown): \(match.fault(of: stem))") }
            var indices: [Int] = []
            for label in labels ?? [] {
                if let index = indexByClass[ByteKey(label)] {
                    indices.append(index)
                } else {
                    unknown += 1
                    let meant = unknown > InvalidDataSet.maximumTold ? [] : hint.meant(by: label)
                    problems.append(
                        "\(name.shown): its label \"\(label.shown)\" is not among the classes"
                            + (meant.isEmpty ? "" : "; did you mean \(ClassName.listed(meant))?"))
                }
            }
            switch image {
            case .success(let found): examples.append(Example(name: stem, path: found.path, labels: indices.sorted()))
            case .failure(let error): problems.append("\(name.shown): \(error)")
            }
        }

        let found = examples
        problems += ParallelCheck.problems(count: found.count, threads: threads, progress: progress) { index in
            TrainingSet.problems(ofPicture: found[index].path, decoder: decoder)
        }
        guard problems.isEmpty else { throw InvalidDataSet(what: what, problems: problems) }
        self.classes = classes
        self.examples = examples
        var notes = folder.directory.leftOut.text.map { ["\(directory): \($0)"] } ?? []
        let unlisted = isWhole ? folder.stems.count { !seen.keys.contains(ByteKey($0)) } : 0
        if unlisted > 0 {
            notes.append(
                "\(directory): \(unlisted) image\(unlisted == 1 ? " has" : "s have") no line in the labels file")
        }
        self.notes = notes
    }

    private static func problems(ofClasses classes: [String]) -> [String] {
        var problems = classes.isEmpty ? ["no class is given"] : []
        // Names that no new model may have: told before the first step, not after the last.
        problems += classes.enumerated().compactMap { index, name in
            ClassName.faultOfNew(name).map { "classes: number \(index + 1), \($0)" }
        }
        let repeated = Dictionary(grouping: classes, by: ByteKey.init).filter { $0.value.count > 1 }.keys.sorted()
        return problems + repeated.map { "classes: \"\($0.text.shown)\" is there twice" }
    }

    private static func problems(ofPicture path: String, decoder: ImageDecoder) -> [String] {
        do throws(PictureFile.Unreadable) {
            _ = try PictureFile(path: path).read(decoder)
            return []
        } catch {
            return [error.description]
        }
    }
}
