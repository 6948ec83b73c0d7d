import Foundation

/// How much a training run writes.
public enum RunSize {
    /// Bytes on disk at once, at least: the model, and two checkpoints while one takes the other's place. A checkpoint
    /// has the weights, their momentum and their average, in self-training the teacher's, and the best epoch's where it is
    /// kept. One that is written within an epoch also has the state that the run would go back to.
    /// - Parameter path: of the backbone, whose tensors are counted as float32.
    /// - Returns: nil where the file can't be read, which is for the trainer to say.
    public static func bytes(backbone path: String, selfTrains: Bool, keepsBest: Bool) -> Int? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
            let file = try? Safetensors(bytes, file: path)
        else { return nil }
        let values = file.entries.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
        let blocks = 3 + (selfTrains ? 1 : 0) + (keepsBest ? 1 : 0)
        return (1 + 2 * blocks + 3) * values * MemoryLayout<Float>.stride
    }
}
