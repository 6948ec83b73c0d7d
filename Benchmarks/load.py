#!/usr/bin/env python3
"""The server under load: standard library, and wrk (Debian) for the requests that are answered from the store.

    load.py [--binary FILE] [--pictures DIR --labels labels.csv] [--only cached uncached memory flood] [--work DIR]

Starts the built binary on a free port with a fresh store, and measures
- cached: requests a second and latency of masks that are in the store, POSTed again and fetched by id, with wrk;
- uncached: seconds a picture of `label`, and of the same pictures through the server with `batch`;
- memory: resident memory of server and engine over 20,000 requests: cached, new and refused ones;
- flood: 500 uploads at once against a queue of 64; every one must be answered 200, or 429 or 503 with Retry-After.
Needs an otherwise idle machine. Exit status 1 when an answer is missing or wrong.
"""
import argparse
import collections
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = ROOT / "Samples/chelsea.png"
OPTIONS = "labels=cat"
FAST = "labels=cat&scales=0.5&flip=false&refinement=none"


def picture(number):
    """The sample picture with a comment of its own, so that the server has never seen it."""
    data = PICTURE.read_bytes()
    body = b"tEXtComment\0" + str(number).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:-12] + chunk + data[-12:]


class Server:
    def __init__(self, binary, work, *options):
        self.log = open(work / "server.log", "ab")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--data-dir", tempfile.mkdtemp(dir=work), *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)\s*$", line).group(1))
        self.url = f"http://127.0.0.1:{self.port}"
        while self.connection().status("/readyz") != 200:
            time.sleep(0.05)

    def connection(self):
        return Client(self.port)

    def resident(self):
        """MB of the server and of the engine's process, by name."""
        pids = [self.process.pid] + [
            int(pid) for children in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
            for pid in children.read_text().split()]
        names = ["server", "engine"]
        megabytes = {}
        for name, pid in zip(names, pids):
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            megabytes[name] = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
        return megabytes

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Client:
    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def post(self, body, options=OPTIONS):
        self.http.request("POST", f"/v1/masks?{options}", body, {"Content-Type": "image/png"})
        answer = self.http.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def status(self, path):
        self.http.request("GET", path)
        answer = self.http.getresponse()
        answer.read()
        return answer.status


def wrk(url, work, script=None):
    command = ["wrk", "-t1", "-c16", "-d10s", "--latency"]
    if script:
        file = work / "wrk.lua"
        file.write_text(script)
        command += ["-s", str(file)]
    text = subprocess.check_output([*command, url], text=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    latencies = re.search(r"50%\s+(\S+).*?99%\s+(\S+)", text, re.S).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", text)
    return rate, latencies, bad.group(0) if bad else None


def cached(server, arguments):
    client = server.connection()
    _, headers, body = client.post(picture(0))
    identity = json.loads(body)["id"]
    (arguments.work / "picture.png").write_bytes(picture(0))
    post = (
        f'local file = io.open("{arguments.work}/picture.png", "rb")\nwrk.method = "POST"\nwrk.body = file:read("*a")\n'
        'wrk.headers["Content-Type"] = "image/png"\n')
    faults = 0
    for name, path, script in [
            ("GET mask.png", f"/v1/masks/{identity}/mask.png", None), ("GET JSON", f"/v1/masks/{identity}", None),
            (f"POST, {len(picture(0)) // 1024} KiB picture", f"/v1/masks?{OPTIONS}", post)]:
        rate, (median, last), bad = wrk(server.url + path, arguments.work, script)
        print(f"cached, {name}: {rate:.0f} requests/s, median {median}, p99 {last} (16 connections)" + (f"; {bad}" if bad else ""), flush=True)
        faults += bad is not None
    return faults


def uncached(server, arguments):
    """`label` against `batch` with the server, the same pictures."""
    work = arguments.work
    if arguments.pictures:
        source, labels = arguments.pictures, arguments.labels
        count = len(labels.read_text().splitlines()) - 1
    else:
        source, count = work / "pictures", 60
        source.mkdir(exist_ok=True)
        for number in range(count):
            (source / f"{number:03}.png").write_bytes(picture(100_000 + number))
        labels = work / "labels.csv"
        labels.write_text("image,labels\n" + "".join(f"{number:03}.png,cat\n" for number in range(count)))
    names = [line.split(",")[0] for line in labels.read_text().splitlines()[1:]]
    times = collections.defaultdict(list)
    for turn in range(arguments.turns):
        for way in ["label", "batch"]:
            out = work / f"{way}-{turn}"
            shutil.rmtree(out, ignore_errors=True)
            if way == "label":
                command = [
                    arguments.binary, "label", *[str(source / name) for name in names], "--labels-file", str(labels),
                    "--out", str(out), "--format", "voc"]
                own = None
            else:
                own = Server(arguments.binary, work)
                command = [
                    arguments.binary, "batch", "--server", own.url, "--images", str(source), "--labels", str(labels),
                    "--out", str(out)]
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times[way].append((time.perf_counter() - start) / count)
            if own:
                own.stop()
    label, batch = (min(times[way]) for way in ["label", "batch"])
    print(
        f"uncached, {count} pictures, best of {arguments.turns}: label {1000 * label:.0f} ms a picture, batch through the server "
        f"{1000 * batch:.0f} ms, ratio {batch / label:.3f}", flush=True)
    return 0


def memory(server, arguments):
    """20,000 requests from eight clients: of 20, 17 cached, one by id that does not exist, one new, one damaged."""
    warm = server.connection()
    known = picture(0)
    _, _, body = warm.post(known)
    per_client, clients, wrong = 2500, 8, []
    samples, done = [], threading.Event()

    def client(number):
        connection = server.connection()
        for turn in range(per_client):
            kind = turn % 20
            if kind == 0:
                status, expected = connection.post(picture(f"{number}-{turn}"), FAST)[0], (200, 429, 503)
            elif kind == 1:
                status, expected = connection.post(known[:-100], FAST)[0], (422,)
            elif kind == 2:
                status, expected = connection.status("/v1/masks/" + "0" * 64), (404,)
            else:
                status, expected = connection.post(known)[0], (200,)
            if status not in expected:
                wrong.append((kind, status))

    def watch():
        while not done.wait(2):
            samples.append(server.resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    print(f"memory: {per_client * clients} requests in {seconds:.0f} s, {len(wrong)} wrong answers {wrong[:5]}")
    for name in samples[0]:
        values = [sample[name] for sample in samples if name in sample]
        quarter = max(1, len(values) // 4)
        parts = [statistics.median(values[place:place + quarter]) for place in range(0, quarter * 4, quarter) if values[place:place + quarter]]
        print(f"memory of the {name}, median of each quarter: " + ", ".join(f"{value:.0f}" for value in parts) + f" MB; highest {max(values):.0f} MB", flush=True)
    return len(wrong)


def flood(server, arguments):
    """500 clients, all connected before the first sends its picture."""
    count, answers = 500, []
    gate = threading.Barrier(count)

    def client(number):
        connection = server.connection()
        body = picture(f"flood {number}")
        connection.http.connect()
        gate.wait()
        try:
            status, headers, _ = connection.post(body)
            answers.append((status, "Retry-After" in headers or "retry-after" in headers))
        except OSError as error:
            answers.append((repr(error), False))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(count)]
    start = time.perf_counter()
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    seconds = time.perf_counter() - start
    counts = collections.Counter(answers)
    print(f"flood: {count} uploads at once in {seconds:.1f} s: " + ", ".join(
        f"{number} x {status}{' with Retry-After' if retry else ''}" for (status, retry), number in sorted(counts.items(), key=str)), flush=True)
    return sum(number for (status, retry), number in counts.items() if status != 200 and (status, retry) not in ((429, True), (503, True)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    parser.add_argument("--pictures", type=pathlib.Path, help="directory for `uncached`; default: the sample, 60 times")
    parser.add_argument("--labels", type=pathlib.Path, help="labels.csv of exactly the pictures to use")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path, default=None)
    parser.add_argument("--only", nargs="+", default=["cached", "uncached", "memory", "flood"])
    arguments = parser.parse_args()
    arguments.work = arguments.work or pathlib.Path(tempfile.mkdtemp())
    arguments.work.mkdir(parents=True, exist_ok=True)
    server = Server(arguments.binary, arguments.work)
    try:
        faults = sum({"cached": cached, "uncached": uncached, "memory": memory, "flood": flood}[part](server, arguments) for part in arguments.only)
    finally:
        server.stop()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
