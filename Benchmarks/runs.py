"""What the scripts that train many times share: results kept line by line, logs read, tables written. Standard library only."""
import json
import os
import statistics


def load(results):
    """Entries of a .jsonl file; none where there is no file."""
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text().splitlines() if line.strip()]


def save(results, entry):
    with results.open("a") as file:
        file.write(json.dumps(entry, sort_keys=True) + "\n")


def drop(results, is_old):
    """Takes entries out, so that they are measured anew. The file is replaced whole: a stop never leaves half of it."""
    kept = [entry for entry in load(results) if not is_old(entry)]
    part = results.with_suffix(".part")
    part.write_text("".join(json.dumps(entry, sort_keys=True) + "\n" for entry in kept))
    os.replace(part, results)


def write_between(document, begin, end, lines):
    """Replaces what stands between two markers of a document."""
    before, rest = document.read_text().split(begin)
    document.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])


def spread(values, extremes=False):
    """Mean ± standard deviation, and (smallest-largest) on request."""
    if not values:
        return ""
    text = f"{statistics.mean(values):.1f}"
    if len(values) > 1:
        text += f" ± {statistics.stdev(values):.1f}"
        if extremes:
            text += f" ({min(values):.1f}-{max(values):.1f})"
    return text


def read_log(path):
    """The lines of a training log. A run that was killed may have left half a line: it is left out."""
    lines = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            lines.append(entry)
    return lines


def health(log):
    """What the steps of a log say about a run. A field that a program does not write counts as nothing amiss."""
    steps = [line for line in log if "step" in line and "loss" in line and "event" not in line]
    norms = sorted(norm for norm in (line.get("gradient_norm") for line in steps) if isinstance(norm, (int, float)))
    return {
        "steps": len(steps),
        "clippedSteps": sum(line.get("clipped") is True for line in steps),
        "skippedSteps": sum(line.get("applied") is False for line in steps),
        "recoveries": sum(line.get("event") == "recovery" for line in log),
        "gradientNorm": {
            "median": norms[(len(norms) - 1) // 2], "p99": norms[int(0.99 * (len(norms) - 1))], "largest": norms[-1],
        } if norms else None,
    }
