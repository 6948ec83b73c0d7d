extension ClassMaps {
    /// Bilinearly, to a picture's own size.
    func enlarged(toWidth width: Int, height: Int) -> ClassMaps {
        if self.width == width && self.height == height { return self }
        var maps = ClassMaps(classes: classes, width: width, height: height)
        values.withUnsafeBufferPointer { source in
            maps.values.withUnsafeMutableBufferPointer { target in
                for position in classes.indices {
                    Resample.bilinear(
                        UnsafeBufferPointer(rebasing: source[range(ofMap: position)]), width: self.width,
                        height: self.height, toWidth: width, toHeight: height,
                        addingInto: UnsafeMutableBufferPointer(
                            rebasing: target[position * width * height..<(position + 1) * width * height]))
                }
            }
        }
        return maps
    }
}
