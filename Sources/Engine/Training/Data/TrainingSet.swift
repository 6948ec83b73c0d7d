import Text

/// Pictures with image-level labels, all of them checked: what a network is trained on, or judged on.
public struct TrainingSet: Sendable {
    /// In the order of the class layer, without the background.
    public let classes: [String]
    /// In the order of the list.
    public let examples: [Example]

    public struct Example: Sendable, Equatable {
        /// File name without extension.
        public let name: String
        public let path: String
        /// Positions in `classes`, ascending, each once; none for a negative.
        public let labels: [Int]
    }

    /// Reads and decodes every picture once, so that a run of hours does not stop at a damaged one.
    ///
    /// - Parameters:
    ///   - what: the images' part, such as "validation images": what problems are headed with.
    ///   - directory: holds the pictures, under their names as written or with the extension of an image.
    ///   - labelProblems: what is wrong with the labels file's lines; reported with all the rest.
    ///   - names: the images to take, with or without extension; nil takes all lines of the labels file.
    ///   - order: the class layer's classes; nil takes the names of the *whole* labels file in alphabetical order, so
    ///     that lists of one data set agree.
    ///   - threads: that decode at the same time.
    ///   - progress: called after each decoded picture, one call at a time, from any of the threads.
    /// - Throws: `InvalidDataSet` with everything that is wrong.
    public init(
        _ what: String = "training images", images directory: String, labels file: LabelsFile,
        labelProblems: [String] = [], names: [String]? = nil, classes order: [String]? = nil,
        decoder: ImageDecoder = ImageDecoder(), threads: Int,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(InvalidDataSet) {
        let folder: ImageFolder
        do throws(InvalidDataSet) {
            folder = try ImageFolder(directory)
        } catch {
            throw InvalidDataSet(what: what, problems: error.problems.map { "\(directory): \($0)" })
        }
        let classes = order ?? Set(file.lines.flatMap { $0.labels.map(ByteKey.init) }).sorted().map(\.text)
        var problems = labelProblems.map { "labels file, \($0)" }
        problems += TrainingSet.problems(ofClasses: classes)
        let names = names ?? file.lines.map(\.image)
        if names.isEmpty { problems.append("no image is listed") }
        let indexByClass = Dictionary(
            classes.enumerated().map { (ByteKey($1), $0) }, uniquingKeysWith: { first, _ in first })

        // Of the first hundred unknown labels: the rest is not told.
        let hint = LabelHint(classes: classes)
        var unknown = 0

        var examples: [Example] = []
        var seen: Set<ByteKey> = []
        for name in names {
            let stem = ImageFolder.stem(name)
            guard seen.insert(ByteKey(stem)).inserted else {
                problems.append("\(name.shown): is listed twice")
                continue
            }
            let labels = file.labels(of: stem + ".jpg") ?? file.labels(of: name)
            if labels == nil { problems.append("\(name.shown): the labels file has no line for it") }
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
            do throws(ImageFolder.NotFound) {
                examples.append(Example(name: stem, path: try folder.file(name), labels: indices.sorted()))
            } catch {
                problems.append("\(name.shown): \(error)")
            }
        }

        let found = examples
        problems += ParallelCheck.problems(count: found.count, threads: threads, progress: progress) { index in
            TrainingSet.problems(ofPicture: found[index].path, decoder: decoder)
        }
        guard problems.isEmpty else { throw InvalidDataSet(what: what, problems: problems) }
        self.classes = classes
        self.examples = examples
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
