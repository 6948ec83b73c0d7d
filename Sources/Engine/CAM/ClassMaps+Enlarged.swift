extension ClassMaps {
    /// All maps at a picture's own size, bilinearly.
    func enlarged(toWidth width: Int, height: Int) -> ClassMaps {
        if self.width == width && self.height == height { return self }
        return ClassMaps(
            classes: classes, width: width, height: height,
            values: classes.indices.flatMap { enlarged(mapAt: $0, toWidth: width, height: height) })
    }

    /// The `position`-th map alone: memory for one map, however many there are.
    func enlarged(mapAt position: Int, toWidth width: Int, height: Int) -> [Float] {
        let map = values[range(ofMap: position)]
        if self.width == width && self.height == height { return Array(map) }
        var enlarged = [Float](repeating: 0, count: width * height)
        map.withUnsafeBufferPointer { source in
            enlarged.withUnsafeMutableBufferPointer { target in
                Resample.bilinear(
                    source, width: self.width, height: self.height, toWidth: width, toHeight: height,
                    addingInto: target)
            }
        }
        return enlarged
    }
}
