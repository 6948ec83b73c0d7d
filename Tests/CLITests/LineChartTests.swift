import Foundation
import Testing

@testable import CLI

struct LineChartTests {
    @Test(
        arguments: [
            [], [3], [5, 5, 5], [0, 0], [-2, -2], [Double.nan], [.nan, 1, .infinity, 2], [1, 1 + 1e-16],
            [0, .leastNonzeroMagnitude], [1e12, 1e12 + 1], [-1e300, 1e300], [0.001, 0.0011], [-3, 7],
        ] as [[Double]])
    func axis_coversItsValuesWithAFewTicks(_ values: [Double]) {
        let axis = Axis(values)
        #expect(axis.low.isFinite && axis.high.isFinite && axis.low < axis.high)
        #expect((2...8).contains(axis.ticks.count), "\(axis.ticks)")
        #expect(axis.ticks == axis.ticks.sorted() && axis.ticks.first == axis.low && axis.ticks.last == axis.high)
        for value in values where value.isFinite { #expect((-1e-9...1 + 1e-9).contains(axis.share(value))) }
    }

    @Test func ticks_areRoundNumbers() {
        #expect(Axis([0.3, 9.2]).ticks == [0, 5, 10])
        #expect(Axis([0, 40]).ticks == [0, 10, 20, 30, 40])
        #expect(Axis([-1, 1]).ticks.map(Axis.label) == ["-1", "-0.5", "0", "0.5", "1"])
    }

    private func page(_ points: [(Double, Double)], title: String = "t") -> String {
        LineChart.page([
            LineChart(title: title, horizontal: "step", lines: [LineChart.Line(name: "a<b", points: points)]),
            LineChart(
                title: "two", horizontal: "x & y",
                lines: [LineChart.Line(name: "a<b", points: points), LineChart.Line(name: "\"&\"", points: [])]),
        ])
    }

    @Test(arguments: [[], [1.0], [2, 2, 2], [1, .nan, 3], [.infinity, 1], [Double.nan]] as [[Double]])
    func page_isWellFormedWithNumbersOnly(_ values: [Double]) {
        let svg = page(values.enumerated().map { (Double($0.offset), $0.element) }, title: "<&>\"'")
        #expect(faultOfXML(svg) == nil)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
        #expect(svg.contains("&lt;&amp;"))
    }

    /// Three polylines; the first runs through the plot from its lower left to its upper right corner.
    @Test func line_runsThroughItsPoints() throws {
        let svg = page([(0, 0), (10, 10)])
        #expect(svg.components(separatedBy: "<polyline").count == 4)
        #expect(svg.contains("points=\"56.0,222.0 408.0,30.0\""), "\(svg)")
    }

    @Test func onePoint_isSeen_andManyAreACurve() {
        #expect(page([(3, 4)]).components(separatedBy: "<circle").count > 2)
        let chart = LineChart(
            title: "t", horizontal: "x",
            lines: [LineChart.Line(name: "a", points: (0..<100).map { (Double($0), Double($0)) })])
        #expect(!LineChart.page([chart]).contains("<circle"))
    }

    @Test func lastPoint_isNamedAndOfAnotherShape() {
        let line = LineChart.Line(name: "a", points: [(1, 2)], last: ("a <final>", (2, .nan)))
        var chart = LineChart(title: "t", horizontal: "x", lines: [line])
        let shapes = { LineChart.page([chart]).components(separatedBy: "-5.5z").count - 1 }
        // In the legend alone: its value is no number.
        #expect(shapes() == 1)
        chart.lines = [LineChart.Line(name: "a", points: [], last: ("a <final>", (2, 3)))]
        let svg = LineChart.page([chart])
        #expect(shapes() == 2 && faultOfXML(svg) == nil && svg.contains("a &lt;final&gt;") && !svg.contains(">a<"))
    }

    @Test func marksAndLevels_lieInsideTheChart() {
        let chart = LineChart(
            title: "t", horizontal: "x", lines: [LineChart.Line(name: "a", points: [(0, 10), (10, 20)])],
            marks: [5, 11].map { LineChart.Mark(position: $0, label: "no \(Int($0))") },
            levels: [LineChart.Level(name: "chance", value: 0)])
        let svg = LineChart.page([chart])
        #expect(svg.contains(">no 5<") && !svg.contains("no 11") && svg.contains(">chance<"))
        // At the lower edge: the axis reaches down to the level.
        #expect(svg.contains("M56.0 222.0H408.0\" stroke=\"#777\" stroke-dasharray"))
    }

    @Test func wholeAxis_hasNoFractionsBetween() {
        #expect(Axis([1, 2], isWhole: true).ticks == [1, 2])
        #expect(Axis([3], isWhole: true).ticks == Axis([3]).ticks)
    }

    @Test func pageWithoutCharts_isWellFormed() { #expect(faultOfXML(LineChart.page([])) == nil) }
}
