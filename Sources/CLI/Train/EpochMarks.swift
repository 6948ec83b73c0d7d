/// Where epochs end, by step: a few marks for a chart, however many epochs there are.
enum EpochMarks {
    static let maximum = 20

    /// At the last step of each epoch, or of every second, fifth, tenth and so on.
    static func marks(_ steps: [TrainingLog.Step]) -> [LineChart.Mark] {
        let ends = zip(steps, steps.dropFirst()).filter { $0.epoch != $1.epoch }.map(\.0) + steps.suffix(1)
        let every = every(ends.count)
        return ends.filter { $0.epoch % every == 0 }
            .map { LineChart.Mark(position: Double($0.step), label: String($0.epoch)) }
    }

    private static func every(_ count: Int) -> Int {
        var power = 1
        while true {
            if let every = [1, 2, 5].map({ $0 * power }).first(where: { count / $0 <= maximum }) { return every }
            power *= 10
        }
    }
}
