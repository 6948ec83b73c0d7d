import Text

/// Goes through a directory and, where asked, through all that is below it. Each folder is visited once, whatever links
/// lead to it: links that lead in a circle end. Folders proper come before links, so a file keeps the path under which
/// it lies. Hidden folders are not entered.
struct FolderWalk {
    enum Found {
        /// Anything but a folder, hidden ones included.
        case file(FolderListing.Entry)
        /// A folder that is not entered.
        case passed(Passed)
        case unlistable(FolderListing.Unlistable)
    }

    enum Passed {
        case hidden
        case excluded
        case notUTF8
        /// A link to a folder that is visited already.
        case visited
        /// Where only the directory itself is asked for.
        case below
        /// A link to a folder, where links are not followed. It may lead upwards or out of the directory.
        case link
    }

    private let root: String
    private let isRecursive: Bool
    private let followsLinks: Bool
    private let excluded: FileIdentity?
    private var visited: Set<FileIdentity> = []
    private var folders: [String] = []
    private var links: [(path: String, identity: FileIdentity)] = []

    /// - Parameters:
    ///   - root: a directory's path.
    ///   - isRecursive: whether folders below are entered.
    ///   - followsLinks: whether links to folders are too.
    ///   - excluded: a folder that is not entered in any case.
    init(_ root: String, isRecursive: Bool, followsLinks: Bool = true, excluding excluded: FileIdentity? = nil) {
        self.root = root
        self.isRecursive = isRecursive
        self.followsLinks = followsLinks && isRecursive
        self.excluded = excluded
        if let identity = FileIdentity(root) { visited.insert(identity) }
    }

    /// Calls `take` with each thing found and its path relative to the root, until it says that this is enough.
    /// - Throws: where the root can't be listed.
    mutating func run(_ take: (_ path: String, Found) -> Bool) throws(FolderListing.Unlistable) {
        guard list("", try FolderListing(root), take) else { return }
        while let folder = next(take) {
            do throws(FolderListing.Unlistable) {
                guard list(folder + "/", try FolderListing("\(root)/\(folder)"), take) else { return }
            } catch {
                guard take(folder, .unlistable(error)) else { return }
            }
        }
    }

    private mutating func next(_ take: (String, Found) -> Bool) -> String? {
        if let folder = folders.popLast() { return folder }
        while let link = links.popLast() {
            if visited.insert(link.identity).inserted { return link.path }
            guard take(link.path, .passed(.visited)) else { return nil }
        }
        return nil
    }

    /// - Returns: whether to go on.
    private mutating func list(
        _ prefix: String, _ listing: FolderListing, _ take: (String, Found) -> Bool
    ) -> Bool {
        for entry in listing.entries {
            let path = prefix + entry.name
            guard case .folder(let identity) = entry.kind else {
                guard take(path, .file(entry)) else { return false }
                continue
            }
            if let passed = passed(entry, identity) {
                guard take(path, .passed(passed)) else { return false }
            } else if entry.isLink {
                links.append((path, identity))
            } else if visited.insert(identity).inserted {
                folders.append(path)
            } else {
                // A link leads to a folder above the root.
                guard take(path, .passed(.visited)) else { return false }
            }
        }
        return true
    }

    private func passed(_ folder: FolderListing.Entry, _ identity: FileIdentity) -> Passed? {
        if folder.isHidden { return .hidden }
        if identity == excluded { return .excluded }
        if folder.isLink, !followsLinks { return .link }
        guard isRecursive else { return .below }
        return folder.isUTF8 ? nil : .notUTF8
    }
}
