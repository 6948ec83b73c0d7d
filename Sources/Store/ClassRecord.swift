/// What one class has in a mask.
public struct ClassRecord: Codable, Hashable, Sendable {
    /// The model's class index, 0-based, without the background.
    public let classIndex: Int
    public let name: String
    /// The classifier's posterior of the class in the whole picture, 0...1.
    public let posterior: Double
    /// Share of the picture's pixels in this class's own binary mask, 0...1.
    public let areaShare: Double
    /// Mean refined posterior over the pixels of the class's mask, 0...1; nil where that mask is empty.
    public let meanPosterior: Double?
    /// Bounding boxes of the mask's connected components, in the order of the answer.
    public let boxes: [BoxRecord]
    /// The class's binary mask as a COCO run-length string; its size is the picture's.
    public let rleCounts: String

    public init(
        classIndex: Int, name: String, posterior: Double, areaShare: Double, meanPosterior: Double?,
        boxes: [BoxRecord], rleCounts: String
    ) {
        self.classIndex = classIndex
        self.name = name
        self.posterior = posterior
        self.areaShare = areaShare
        self.meanPosterior = meanPosterior
        self.boxes = boxes
        self.rleCounts = rleCounts
    }
}

/// A box in pixels: the corner (x, y) is its top left pixel, `width` and `height` count pixels, at least one.
public struct BoxRecord: Codable, Hashable, Sendable {
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
