/// Which of a multi-label data set's images to hold out so that every class keeps its share: iterative stratification
/// (Sechidis et al., ECML PKDD 2011) into two parts.
///
/// The rarest class is dealt out first, since later images can make up for it least. Unlike in the paper, a class of
/// two or more images is meant to have one on either side, however small the share.
struct Stratification {
    /// Of each image, its strata: its classes, or the one of images without any.
    private let strata: [[Int]]
    /// The images of each stratum.
    private let members: [[Int]]
    private var isHeldOut: [Bool?]
    /// Images that a part still wants, of each stratum and altogether; the held-out part second.
    private var wanted: [(training: Double, heldOut: Double)]
    private var wantedInAll: (training: Double, heldOut: Double)

    /// - Parameters:
    ///   - labels: of each image, positions in 0..<classCount, each once.
    ///   - share: of the images to hold out, in 0...1.
    /// - Returns: of each image whether it is held out.
    static func heldOut(_ labels: [[Int]], classCount: Int, share: Double, seed: UInt64) -> [Bool] {
        var stratification = Stratification(labels, classCount: classCount, share: share)
        var random = RandomStream(seed: seed, .holdout)
        stratification.deal(order: random.permutation(of: labels.count))
        stratification.mend()
        return stratification.isHeldOut.map { $0 == true }
    }

    private init(_ labels: [[Int]], classCount: Int, share: Double) {
        strata = labels.map { $0.isEmpty ? [classCount] : $0 }
        var members = [[Int]](repeating: [], count: classCount + 1)
        for (image, strata) in strata.enumerated() { for stratum in strata { members[stratum].append(image) } }
        self.members = members
        isHeldOut = [Bool?](repeating: nil, count: labels.count)
        wanted = members.map { images in
            let count = Double(images.count)
            let heldOut = count < 2 ? 0 : min(max(share * count, 1), count - 1)
            return (count - heldOut, heldOut)
        }
        wantedInAll = (Double(labels.count) * (1 - share), Double(labels.count) * share)
    }

    private mutating func deal(order: [Int]) {
        var place = [Int](repeating: 0, count: order.count)
        for (position, image) in order.enumerated() { place[image] = position }
        var left = members.map(\.count)
        var open = members.indices.filter { left[$0] > 0 }
        while let rarest = open.min(by: { (left[$0], $0) < (left[$1], $1) }) {
            let images = members[rarest].filter { isHeldOut[$0] == nil }.sorted { place[$0] < place[$1] }
            for image in images {
                put(image, heldOut: prefersHeldOut(image, first: rarest))
                for stratum in strata[image] { left[stratum] -= 1 }
            }
            open.removeAll { left[$0] == 0 }
        }
    }

    /// The part that lacks the rarest stratum most; if both lack it alike, that which lacks the image's others, and
    /// then images at all.
    private func prefersHeldOut(_ image: Int, first: Int) -> Bool {
        func lack(_ part: KeyPath<(training: Double, heldOut: Double), Double>) -> (Double, Double, Double) {
            (
                wanted[first][keyPath: part], strata[image].reduce(0) { $0 + wanted[$1][keyPath: part] },
                wantedInAll[keyPath: part]
            )
        }
        return lack(\.heldOut) > lack(\.training)
    }

    private mutating func put(_ image: Int, heldOut: Bool) {
        isHeldOut[image] = heldOut
        if heldOut {
            wantedInAll.heldOut -= 1
            for stratum in strata[image] { wanted[stratum].heldOut -= 1 }
        } else {
            wantedInAll.training -= 1
            for stratum in strata[image] { wanted[stratum].training -= 1 }
        }
    }

    /// Strata of two or more images that ended on one side get one on the other, where no stratum loses its last there.
    private mutating func mend() {
        var counts = members.map { images in
            (training: images.count { isHeldOut[$0] == false }, heldOut: images.count { isHeldOut[$0] == true })
        }
        // One move can make way for another. Each leaves fewer strata on one side, so it ends.
        var isDone = false
        while !isDone {
            isDone = true
            for images in members where images.count > 1 {
                guard let image = movable(images, counts), let isOut = isHeldOut[image] else { continue }
                isHeldOut[image] = !isOut
                for stratum in strata[image] {
                    counts[stratum].training += isOut ? 1 : -1
                    counts[stratum].heldOut += isOut ? -1 : 1
                }
                isDone = false
            }
        }
    }

    /// Which of a stratum's images can change sides; nil where none can, or the stratum has images on both.
    private func movable(_ images: [Int], _ counts: [(training: Int, heldOut: Int)]) -> Int? {
        let isOut = isHeldOut[images[0]] == true
        guard images.allSatisfy({ (isHeldOut[$0] == true) == isOut }) else { return nil }
        return images.first { image in
            strata[image].allSatisfy { (isOut ? counts[$0].heldOut : counts[$0].training) > 1 }
        }
    }
}
