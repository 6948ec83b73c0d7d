"""Data sets for trials.py, made out of one in the VOC layout. Standard library only.

A set is thought up in full (names, labels, classes) before anything is written, so that a plan costs nothing.
"""
import csv
import pathlib
import random
import shutil
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Source:
    """The data set that all others come from."""

    def __init__(self, data):
        self.data = pathlib.Path(data).resolve()
        self.classes = [line for line in (self.data / "classes.txt").read_text().splitlines() if line]
        with (self.data / "labels.csv").open(newline="") as file:
            rows = [(row["image"], [name for name in row["labels"].split(";") if name]) for row in csv.DictReader(file)]
        by_stem = {pathlib.PurePath(image).stem: (image, labels) for image, labels in rows}
        self.train, self.val = (
            [by_stem[pathlib.PurePath(name).stem] for name in (self.data / f"{part}.txt").read_text().split()]
            for part in ("train", "val"))
        if absent := {"person", "cat", "dog", "horse", "cow", "sheep"} - set(self.classes):
            raise SystemExit(f"{self.data / 'classes.txt'} lacks {', '.join(sorted(absent))}, of which sets are made")


class DataSet:
    """Images with labels; they are the source's own, links to them, or drawn."""

    def __init__(self, name, source, train, classes=None, val=(), masks=None, files=None):
        """
        - classes: in the order of mask values; those that occur, in the source's order, if not given.
        - val: images with labels that are never trained on.
        - masks: "same" for the source's masks, "renumbered" for masks with the values of these classes alone.
        - files: bytes, or the source's image to link to, by name; all names are the source's if not given.
        """
        used = {label for _, labels in train for label in labels}
        known = [label for label in source.classes if label in used]
        self.name, self.source, self.train, self.val, self.masks, self.files = name, source, train, val, masks, files
        self.classes = classes or known + sorted(used - set(known))

    def write(self, work):
        """Makes the directory anew and returns it."""
        place = work / "data" / self.name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        with (place / "labels.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["image", "labels"])
            writer.writerows([image, ";".join(labels)] for image, labels in [*self.train, *self.val])
        for name, lines in [
            ("classes", self.classes), ("train", [stem(image) for image, _ in self.train]),
            ("val", [stem(image) for image, _ in self.val]),
        ]:
            (place / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
        images = place / "JPEGImages"
        if self.files is None:
            images.symlink_to(self.source.data / "JPEGImages")
        else:
            images.mkdir()
            for name, content in self.files.items():
                if isinstance(content, bytes):
                    (images / name).write_bytes(content)
                else:
                    (images / name).symlink_to(self.source.data / "JPEGImages" / content)
        truth = place / "SegmentationClass"
        if self.masks == "same":
            truth.symlink_to(self.source.data / "SegmentationClass")
        elif self.masks == "renumbered":
            truth.mkdir()
            for image, _ in self.val:
                mask = f"{stem(image)}.png"
                original = (self.source.data / "SegmentationClass" / mask).read_bytes()
                (truth / mask).write_bytes(renumbered(original, self.values()))
        return place

    def values(self):
        """Mask value here by mask value in the source: 0 for other classes, 255 stays."""
        table = bytearray(256)
        table[255] = 255
        for position, name in enumerate(self.source.classes):
            if name in self.classes:
                table[position + 1] = self.classes.index(name) + 1
        return bytes(table)


def stem(image):
    return pathlib.PurePath(image).stem


def whole(source):
    """All of the training images, judged on val.txt."""
    return DataSet("all", source, source.train, source.classes, source.val, "same")


def one_class(source, name):
    """A class, and as many images without it: their labels are empty."""
    having = [(image, [name]) for image, labels in source.train if name in labels]
    without = [(image, []) for image, labels in source.train if name not in labels]
    without = random.Random(1).sample(without, min(len(having), len(without)))
    return DataSet("class-1", source, sorted(having + without), [name])


def few_classes(source, names, most=None, judged=0):
    """The images that have one of the classes, other labels left out; those past `most` and val.txt's are judged on."""
    def only(images):
        found = [(image, [label for label in labels if label in names]) for image, labels in images]
        return [(image, labels) for image, labels in found if labels]
    train = only(source.train)
    rest = (train[most:] if most else []) + only(source.val)
    classes = [name for name in source.classes if name in names]
    return DataSet(
        f"class-{len(names)}", source, train[:most], classes, rest[:judged], "renumbered" if judged else None)


def split_classes(source, buckets=10):
    """Each class in ten, by a checksum of the image's name: what tells the ten from each other can't be learned."""
    train = []
    for image, labels in source.train:
        bucket = zlib.crc32(stem(image).encode()) % buckets
        train.append((image, [f"{label}-{bucket}" for label in labels]))
    return DataSet("class-200", source, train)


def copied_classes(source, copies):
    """Each class under so many names: as many classes, all of them as easy to learn as the source's."""
    def named(images):
        return [(image, [f"{label}-{copy}" for label in labels for copy in range(copies)]) for image, labels in images]
    return DataSet(f"copies-{copies}", source, named(source.train))


def sized(source, count):
    """So many images, the classes taking turns."""
    shuffled = random.Random(1).sample(source.train, len(source.train))
    taken, chosen = set(), []
    while len(chosen) < min(count, len(shuffled)):
        for name in source.classes:
            found = next((one for one in shuffled if name in one[1] and one[0] not in taken), None)
            if found and len(chosen) < count:
                taken.add(found[0])
                chosen.append(found)
    return DataSet(f"size-{count}", source, sorted(chosen))


def odd_sets(source, count=40):
    """Name in words and set, of what nobody means to train on."""
    two = "cat", "dog"
    photographs = [
        (image, [label for label in labels if label in two]) for image, labels in source.train if set(labels) & set(two)]
    photographs = photographs[:count]
    names = [f"drawn-{index:02}.png" for index in range(count)]
    turns = [(name, ["red" if index % 2 == 0 else "blue"]) for index, name in enumerate(names)]
    chance = random.Random(1)

    def linked(name, train):
        return DataSet(f"odd-{name}", source, train)

    def drawn(name, picture):
        files = {image: picture(index) for index, (image, _) in enumerate(turns)}
        return DataSet(f"odd-{name}", source, turns, files=files)

    copies = {f"copy-{index:02}.jpg": photographs[0][0] for index in range(count)}
    return [
        ("a class in every image", linked("everywhere", [(image, [*labels, "photograph"]) for image, labels in photographs])),
        ("a class in one image", linked("once", [
            (image, labels + ["rare"] * (index == count // 2)) for index, (image, labels) in enumerate(photographs)])),
        ("every class in every image", linked("full", [(image, list(two)) for image, _ in photographs])),
        ("half of the labels empty", linked("half", [
            (image, labels if index % 2 == 0 else []) for index, (image, labels) in enumerate(photographs)])),
        ("labels at random", linked("random", [(image, [chance.choice(two)]) for image, _ in photographs])),
        ("one image, 40 times", DataSet("odd-copies", source, [(name, photographs[0][1]) for name in copies], files=copies)),
        ("all gray", drawn("gray", lambda index: flat(160, 120, 127))),
        ("all black", drawn("black", lambda index: flat(160, 120, 0))),
        ("1 x 200 pixels", drawn("narrow", lambda index: noise(1, 200, index))),
        ("200 x 1 pixels", drawn("low", lambda index: noise(200, 1, index))),
    ]


def flat(width, height, value):
    return png(width, height, bytes([value]) * (3 * width * height))


def noise(width, height, index):
    """Reddish for even numbers, bluish for odd ones."""
    pixels = bytearray(random.Random(index).randbytes(3 * width * height))
    quarter = bytes(value // 4 for value in range(256))
    for channel in (1, 2 if index % 2 == 0 else 0):
        pixels[channel::3] = pixels[channel::3].translate(quarter)
    return png(width, height, bytes(pixels))


def png(width, height, rgb):
    rows = b"".join(b"\0" + rgb[3 * width * row:3 * width * (row + 1)] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def renumbered(mask, table):
    """An indexed PNG of a byte a pixel with other values, its palette kept."""
    chunks, place = [], len(SIGNATURE)
    while place < len(mask):
        length, = struct.unpack(">I", mask[place:place + 4])
        chunks.append((mask[place + 4:place + 8], mask[place + 8:place + 8 + length]))
        place += 12 + length
    header = dict(chunks)[b"IHDR"]
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", header)
    if (depth, interlace) != (8, 0) or kind not in (0, 3):
        raise SystemExit(f"a mask has {depth} bits a pixel, colour type {kind}: only a byte a pixel can be renumbered")
    packed = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    rows = b"".join(b"\0" + row.translate(table) for row in unfiltered(packed, width, height))
    palette = b"".join(chunk(name, content) for name, content in chunks if name == b"PLTE")
    return SIGNATURE + chunk(b"IHDR", header) + palette + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def unfiltered(packed, width, height):
    """Rows of a byte a pixel, PNG's filters undone."""
    above = bytes(width)
    for number in range(height):
        start = number * (width + 1)
        kind, row = packed[start], bytearray(packed[start + 1:start + 1 + width])
        if kind:
            for x in range(width):
                left, up, corner = (row[x - 1] if x else 0), above[x], (above[x - 1] if x else 0)
                estimate = left + up - corner
                paeth = min((left, up, corner), key=lambda value: abs(estimate - value))
                row[x] = (row[x] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        above = bytes(row)
        yield above
