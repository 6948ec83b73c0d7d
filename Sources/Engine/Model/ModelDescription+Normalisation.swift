import Foundation

extension ModelDescription.Normalisation {
    /// Whether a network's input can be made with it.
    var isUsable: Bool {
        mean.count == 3 && deviation.count == 3 && mean.allSatisfy(\.isFinite)
            && deviation.allSatisfy { $0.isFinite && $0 > 0 }
    }

    /// What it must be, for messages.
    static let need = "needs three means and three positive deviations"
}

extension Safetensors {
    /// What a file of weights says that its network's input goes through; nil where it says nothing, or says it in words.
    func normalisation() throws(ModelError) -> ModelDescription.Normalisation? {
        guard let text = metadata["normalisation"], text.utf8.first == UInt8(ascii: "{") else { return nil }
        let json = Data(text.utf8)
        let found =
            json.withUnsafeBytes(SafetensorsHeader.fault) == nil
            ? try? JSONDecoder().decode(ModelDescription.Normalisation.self, from: json) : nil
        guard let found, found.isUsable else {
            throw error(nil, "metadata \"normalisation\" \(ModelDescription.Normalisation.need)")
        }
        return found
    }
}
