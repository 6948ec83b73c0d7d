#!/usr/bin/env python3
"""How the time of a picture grows with its size, the classes in it, the classes known, the scales and the threads: a table and
plots. Standard library only.

    scaling.py [--binary FILE] [--repetitions 5]

Each series changes one thing of a picture of 500 x 375 with one class, scales 0.5/1/1.5 with mirror images, two threads. The
table goes between the markers in docs/Performance.md, the plots to docs/plots/scaling.svg.
"""
import argparse
import json
import pathlib
import struct
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/Performance.md"
PLOT = ROOT / "docs/plots/scaling.svg"
PICTURE = ROOT / "Samples/chelsea.png"
MODEL = ROOT / "Models/default.safetensors"


def model_of(classes, folder):
    """The shipped model with its class layer repeated to so many classes."""
    data = MODEL.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8:8 + length]), data[8 + length:]
    metadata = header.pop("__metadata__")
    known = len(json.loads(metadata["classes"]))
    tensors, out, offset = {}, b"", 0
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values, shape = body[begin:end], entry["shape"]
        if name.startswith("fc."):
            row = len(values) // known
            values = b"".join(values[index % known * row:(index % known + 1) * row] for index in range(classes))
            shape = [classes, *shape[1:]]
        tensors[name] = {"dtype": entry["dtype"], "shape": shape, "data_offsets": [offset, offset + len(values)]}
        out, offset = out + values, offset + len(values)
    metadata["classes"] = json.dumps([f"class {index}" for index in range(classes)])
    text = json.dumps({"__metadata__": metadata, **tensors}).encode()
    text += b" " * (-len(text) % 8)
    file = folder / f"{classes}.safetensors"
    file.write_bytes(struct.pack("<Q", len(text)) + text + out)
    return file


def measure(arguments, width=500, height=375, classes=1, scales="0.5,1,1.5", threads=2, model=None):
    command = [arguments.binary, "bench", "label", PICTURE, "--width", width, "--height", height, "--classes", classes,
               "--scales", scales, "--threads", threads, "--repetitions", arguments.repetitions, "--json"]
    report = json.loads(subprocess.check_output([str(part) for part in command + (["--model", model] if model else [])]))
    stages = {stage["stage"]: stage["milliseconds"] for stage in report["stages"]}
    return report["milliseconds"]["median"], stages["network"]


def series(arguments, folder):
    sizes = [(width, width * 3 // 4) for width in (100, 200, 300, 400, 500, 600, 700, 1000, 2000)]
    yield "megapixels", [(w * h / 1e6, measure(arguments, width=w, height=h)) for w, h in sizes]
    yield "classes in the picture", [(n, measure(arguments, classes=n)) for n in (1, 2, 4, 8, 16, 20)]
    yield "classes known", [(n, measure(arguments, model=model_of(n, folder))) for n in (2, 20, 80, 1000)]
    scales = ["1", "0.5,1", "0.5,1,1.5", "0.5,1,1.5,2"]
    yield "sum of squared scales", [
        (sum(float(scale)**2 for scale in text.split(",")), measure(arguments, scales=text)) for text in scales]
    yield "threads", [(n, measure(arguments, threads=n)) for n in (1, 2)]


def plot(results):
    width, height, left, bottom = 300, 220, 46, 34
    parts = []
    for index, (name, points) in enumerate(results):
        most_x, most_y = max(x for x, _ in points), max(total for _, (total, _) in points)
        place = lambda x, y: (
            f"{left + x / most_x * (width - left - 16):.1f},{height - bottom - y / most_y * (height - bottom - 30):.1f}")
        lines = "".join(
            f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{" ".join(place(x, y[part]) for x, y in points)}"/>'
            + "".join(f'<circle cx="{xy[0]}" cy="{xy[1]}" r="2.5" fill="{colour}"/>'
                      for xy in (place(x, y[part]).split(",") for x, y in points))
            for part, colour in ((0, "#1f77b4"), (1, "#ff7f0e")))
        axis = f'<path d="M{left} 30V{height - bottom}H{width - 16}" fill="none" stroke="#888"/>'
        labels = (
            f'<text x="{(left + width) / 2}" y="{height - 6}" text-anchor="middle">{name}</text>'
            f'<text x="{left - 4}" y="34" text-anchor="end">{most_y:.0f} ms</text>'
            f'<text x="{left - 4}" y="{height - bottom}" text-anchor="end">0</text>'
            f'<text x="{width - 16}" y="{height - bottom + 13}" text-anchor="end">{most_x:g}</text>')
        parts.append(f'<g transform="translate({index % 3 * width} {index // 3 * height})">{axis}{lines}{labels}</g>')
    key = ('<text x="620" y="300" fill="#1f77b4">the whole picture</text><text x="620" y="318" fill="#ff7f0e">'
           'the network\'s part</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{3 * width}" height="{2 * height}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}{key}</svg>\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = list(series(arguments, pathlib.Path(folder)))
    rows = ["| what changes | value: ms (of these the network) |", "|---|---|"]
    for name, points in results:
        rows.append(f"| {name} | " + ", ".join(f"{x:.3g}: {y[0]:.0f} ({y[1]:.0f})" for x, y in points) + " |")
    print("\n".join(rows))
    begin, end = "<!-- scaling begins -->", "<!-- scaling ends -->"
    before, rest = DOCUMENT.read_text().split(begin)
    DOCUMENT.write_text(before + begin + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1])
    PLOT.write_text(plot(results))


if __name__ == "__main__":
    main()
