import Testing

@testable import Server

@Suite struct HistogramTests {
    @Test func values_fallIntoTheFirstBoundThatHoldsThem() {
        var histogram = Histogram(bounds: [1, 2, 5])
        for value in [0, 1, 1.5, 2, 4, 5, 6, 100] { histogram.add(value) }
        #expect(histogram.counts == [2, 2, 2, 2] && histogram.count == 8 && histogram.sum == 119.5)
    }

    @Test func text_isCumulativeAndEndsWithInfinity() {
        var histogram = Histogram(bounds: [0.5, 1])
        for value in [0.25, 0.75, 7] { histogram.add(value) }
        var page = PrometheusText()
        page.family("a_seconds", .histogram, "Help.")
        page.histogram("a_seconds", ["route": "/x"], histogram)
        #expect(
            page.text == """
                # HELP pseudolabel_a_seconds Help.
                # TYPE pseudolabel_a_seconds histogram
                pseudolabel_a_seconds_bucket{route="/x",le="0.5"} 1
                pseudolabel_a_seconds_bucket{route="/x",le="1"} 2
                pseudolabel_a_seconds_bucket{route="/x",le="+Inf"} 3
                pseudolabel_a_seconds_sum{route="/x"} 8
                pseudolabel_a_seconds_count{route="/x"} 3

                """)
    }

    @Test func labelValues_areEscaped() {
        var page = PrometheusText()
        page.sample("a", ["b": "x\\y\"z\n"], 1)
        #expect(page.text == #"pseudolabel_a{b="x\\y\"z\n"} 1"# + "\n")
    }
}
