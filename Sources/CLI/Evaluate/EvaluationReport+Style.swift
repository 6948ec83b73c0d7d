extension EvaluationReport {
    /// Light or dark as the reader's system; what is wide scrolls by itself, by finger or arrow keys.
    static let style = """

        :root { color-scheme: light dark; --line: #d0d4da; --soft: #5a6472; --right: #1f77b4; --wrong: #d62728;
            --ground: #ffffff; --ink: #16191d; }
        @media (prefers-color-scheme: dark) { :root { --line: #3a4048; --soft: #a2abb8; --right: #4ea3e0;
            --wrong: #f06a6a; --ground: #14171a; --ink: #e8eaed; } }
        body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--ground); color: var(--ink);
            font: 1rem/1.5 system-ui, sans-serif; }
        a { color: var(--right); margin-right: 1rem; }
        :focus-visible { outline: 2px solid var(--right); outline-offset: 2px; }
        .cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; }
        .cards div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; }
        .cards dt, .cards span, caption, figcaption { color: var(--soft); font-size: .875rem; }
        .cards dd { margin: 0; } .cards strong { font-size: 1.5rem; }
        .scroll { overflow-x: auto; margin-bottom: 1rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; }
        th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right;
            white-space: nowrap; }
        th:first-child { text-align: left; font-weight: 600; }
        figure { margin: 0 0 1rem; } .panels { display: flex; flex-wrap: wrap; gap: .25rem; }
        img { max-width: 100%; height: auto; }
        svg { fill: currentColor; } svg > rect { fill: none; } svg path { stroke: var(--line); }
        .confusion .frame { stroke: var(--line); } .confusion .right { fill: var(--right); }
        .confusion .wrong { fill: var(--wrong); } .confusion .inverse { fill: var(--ground); }

        """
}
