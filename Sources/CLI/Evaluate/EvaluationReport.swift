import Engine
import Foundation

/// An evaluation as one HTML file that needs nothing beside itself: no scripts, pictures as data URIs, charts as SVG.
struct EvaluationReport {
    private let evaluation: Evaluation
    private let samples: EvaluationSamples

    init(_ evaluation: Evaluation, samples: EvaluationSamples) {
        (self.evaluation, self.samples) = (evaluation, samples)
    }

    var html: String {
        let sections = [provenance, sweep, comparison, classes, confusion, pictures].compactMap(\.self)
        let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>Evaluation of \(evaluation.images) images</title>
            <style>\(EvaluationReport.style)</style>
            </head>
            <body>
            <header>
            <h1>Evaluation of \(evaluation.images) images</h1>
            \(headline)
            <nav aria-label="Sections">
            \(links)
            </nav>
            </header>
            <main>
            \(sections.map(\.html).joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private struct Section {
        let id: String
        let title: String
        let body: String

        var html: String { "<section id=\"\(id)\">\n<h2>\(title)</h2>\n\(body)\n</section>" }
    }

    private var headline: String {
        func card(_ name: String, _ value: String, _ interval: String) -> String {
            "<div><dt>\(name)</dt><dd><strong>\(value)</strong> <span>\(interval)</span></dd></div>"
        }
        func card(_ name: String, _ figure: Evaluation.Figure?) -> String {
            card(name, Percent.text(figure?.value), figure.map(Percent.interval) ?? "not defined")
        }
        let bootstrap = evaluation.bootstrap
        return """
            <dl class="cards">
            \(card("mIoU", evaluation.meanIoU))
            \(card("contour F", evaluation.contourF))
            \(card("pixel accuracy", evaluation.pixelAccuracy))
            \(card("coverage", Percent.text(evaluation.coverage), "of the pixels that count"))
            \(card("ignored", Percent.text(evaluation.ignoredShare), "of all pixels"))
            </dl>
            \((evaluation.warnings ?? []).map { "<p>Warning: \($0.escapedForMarkup).</p>" }.joined(separator: "\n"))
            <p>Percent, with \(Percent.whole(bootstrap.confidence)) % intervals from \(bootstrap.resamples) resamples \
            of the images (seed \(bootstrap.seed)).\(evaluation.sweep.map { " The " + $0.text + "." } ?? "")</p>
            """
    }

    private var provenance: Section? {
        Section(
            id: "provenance", title: "What was evaluated",
            body: table("Directories, model, options, date and version", ["what", "value"], evaluation.provenance.rows))
    }

    private var sweep: Section? {
        evaluation.sweep.map { sweep in
            let points = sweep.meanIoU.enumerated().map { (Double($0.offset) / 100, 100 * $0.element) }
            let chart = LineChart(
                title: "mIoU by background score", horizontal: "background score",
                lines: [LineChart.Line(name: "mIoU", points: points)])
            return Section(
                id: "sweep", title: "Background score",
                body: """
                    <div class="scroll" tabindex="0" role="region" aria-label="mIoU by background score">
                    \(LineChart.page([chart]))
                    </div>
                    """)
        }
    }

    private var comparison: Section? {
        evaluation.comparison.map { comparison in
            let figures = [("mIoU", comparison.meanIoU), ("contour F", comparison.contourF)].map { name, figure in
                [name, Percent.text(figure?.value), Percent.interval(figure)]
            }
            let images = comparison.images.map {
                [
                    $0.name, Percent.text($0.meanIoU), Percent.text($0.otherMeanIoU),
                    Percent.text($0.meanIoU - $0.otherMeanIoU),
                ]
            }
            return Section(
                id: "comparison", title: "Against the other run",
                body: """
                    <p>This run minus \(comparison.with.escapedForMarkup). By their own mean IoU \(comparison.better) \
                    images are better, \(comparison.worse) worse, \(comparison.equal) equal.</p>
                    \(table("Differences", ["figure", "difference", "interval"], figures))
                    \(table("Images that differ most", ["image", "mean IoU", "other", "difference"], images))
                    """)
        }
    }

    private var classes: Section? {
        let rows = evaluation.classes.map(\.cells) + [evaluation.totalCells]
        return Section(
            id: "classes", title: "Classes",
            body: table("Figures of each class, in percent", Evaluation.Row.heads, rows))
    }

    private var confusion: Section? {
        let chart = ConfusionChart(names: evaluation.classes.map(\.name), counts: evaluation.confusion)
        return Section(
            id: "confusion", title: "Confusion matrix",
            body: """
                <p>Each row is a class of the ground truth; its cells are the shares of its pixels, in percent, that \
                were given each class.</p>
                <div class="scroll confusion" tabindex="0" role="region" aria-label="Confusion matrix">
                \(chart.svg)
                </div>
                """)
    }

    private var pictures: Section? {
        let parts = samples.classes.enumerated().filter { !$0.element.isEmpty }.map { index, samples in
            "<h3>\(evaluation.classes[index].name.escapedForMarkup)</h3>\n"
                + samples.map(figure).joined(separator: "\n")
        }
        guard !parts.isEmpty else { return nil }
        return Section(
            id: "pictures", title: "Best, median and worst",
            body: "<p>By the class's IoU in the image: the picture, the prediction, the ground truth.</p>\n"
                + parts.joined(separator: "\n"))
    }

    private func figure(_ sample: EvaluationSamples.Sample) -> String {
        let name = sample.name.escapedForMarkup
        let panels = zip(sample.panels, EvaluationSamples.Sample.panelNames).map { bytes, panel in
            "<img loading=\"lazy\" alt=\"\(name): \(panel)\" "
                + "src=\"data:image/jpeg;base64,\(bytes.base64EncodedString())\"/>"
        }
        return """
            <figure>
            <figcaption>\(sample.rank): \(name), IoU \(Percent.text(sample.iou))</figcaption>
            <div class="panels">\(panels.joined(separator: "\n"))</div>
            </figure>
            """
    }

    private func table(_ caption: String, _ heads: [String], _ rows: [[String]]) -> String {
        let head = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let body = rows.map { row in
            let cells = row.enumerated().map { column, text in
                column == 0
                    ? "<th scope=\"row\">\(text.escapedForMarkup)</th>" : "<td>\(text.escapedForMarkup)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)">
            <table>
            <caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            </table>
            </div>
            """
    }
}
