import Foundation

extension MaskRecord {
    /// The ranges that `MaskRecord` and `ClassRecord` document. The schema's CHECK constraints hold the same line for
    /// whatever else may write the database; here the message names the field.
    ///
    /// - Throws: `StoreError.invalid` for the first field out of range.
    func validate() throws(StoreError) {
        try require(imageWidth > 0, "imageWidth", "must be positive, is \(imageWidth)")
        try require(imageHeight > 0, "imageHeight", "must be positive, is \(imageHeight)")
        try require(!imageMediaType.isEmpty, "imageMediaType", "must not be empty")
        try require(!options.isEmpty, "options", "must not be empty")
        try require(!maskPNG.isEmpty, "maskPNG", "must not be empty")
        for timing in timings {
            try require(
                timing.seconds.isFinite && timing.seconds >= 0, "timings.\(timing.stage)",
                "must be finite and not negative, is \(timing.seconds)")
        }
        try require(ignoredCounts?.isEmpty != true, "ignoredCounts", "must not be empty")
        var seen = Set<Int>()
        for entry in classes {
            let field = "classes.\(entry.classIndex)"
            try require(entry.classIndex >= 0, field, "must have an index of 0 or more")
            try require(seen.insert(entry.classIndex).inserted, field, "is given twice")
            try entry.validate(field: field, width: imageWidth, height: imageHeight)
        }
    }
}

extension ClassRecord {
    fileprivate func validate(field: String, width: Int, height: Int) throws(StoreError) {
        try require(!name.isEmpty, "\(field).name", "must not be empty")
        try require(!rleCounts.isEmpty, "\(field).rleCounts", "must not be empty")
        try requireShare(posterior, "\(field).posterior")
        try requireShare(areaShare, "\(field).areaShare")
        if let meanPosterior {
            try requireShare(meanPosterior, "\(field).meanPosterior")
        }
        for box in boxes {
            // Written so that no sum can overflow.
            let fits =
                box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0
                && box.x < width && box.width <= width - box.x
                && box.y < height && box.height <= height - box.y
            try require(fits, "\(field).boxes", "must lie inside the picture of \(width) x \(height): \(box)")
        }
    }

    private func requireShare(_ value: Double, _ field: String) throws(StoreError) {
        // NaN fails both comparisons.
        try require(value >= 0 && value <= 1, field, "must be in 0...1, is \(value)")
    }
}

private func require(
    _ condition: Bool, _ field: String, _ reason: @autoclosure () -> String
) throws(StoreError) {
    guard condition else { throw .invalid(field: field, reason: reason()) }
}
