#!/usr/bin/env python3
"""What one client can do to the others: each attack of SECURITY.md against the built binary, on loopback.

    attacks.py [--binary FILE] [--only NAME ...] [--seconds 8] [--json FILE]

For each attack a server is started with a fresh store. While the attack goes on, a victim asks for /healthz, /v1/jobs
and an upload (POST /v1/masks of the sample picture, which is in the store) in turns; a line per attack gives the median and the
worst of each in milliseconds, the peak of resident memory of the server and of its engine, and what became of the
attack. A request that is not answered within 30 s counts as 30 s. Run it with an older binary for figures to compare
with. Needs an otherwise idle machine, and 2 GiB of free memory; takes about five minutes.
"""
import argparse
import hashlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "Samples/chelsea.png").read_bytes()
PATIENCE = 30
# One character of any length: marks of alternating combining class, which normalisation has to sort.
MARKS = "\u0301\u0323"


def hostile(size):
    return ("a" + MARKS * (size // 4))[: (size + 1) // 2]


def png(width, height, noise=False):
    """An RGB PNG: noise does not compress, nor does an overlay of it."""
    compress = zlib.compressobj(1)
    rows = []
    for _ in range(height):
        rows.append(compress.compress(b"\0" + (os.urandom(3 * width) if noise else b"\x40\x80\xc0" * width)))
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", b"".join(rows) + compress.flush()) + chunk(b"IEND", b""))


class Server:
    def __init__(self, binary, *options):
        self.work = tempfile.mkdtemp()
        self.errors = open(f"{self.work}/log", "w+")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--data-dir", f"{self.work}/data", *options],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.port = int(re.search(r":(\d+)\s*$", self.process.stdout.readline()).group(1))
        self.peak = {"server": 0, "engine": 0}
        while self.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.05)

    def ask(self, method, path, body=None, headers={}, token=None, source=None):
        """Status, headers and body; status 0 where none came in time."""
        client = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(source, 0) if source else None)
        try:
            client.request(method, path, body, {**headers, **({"Authorization": f"Bearer {token}"} if token else {})})
            answer = client.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except OSError:
            return 0, {}, b""
        except http.client.HTTPException:
            return -1, {}, b""
        finally:
            client.close()

    def socket(self, source=None):
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(source, 0) if source else None)

    def note_memory(self):
        children = [
            int(child) for task in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
            for child in task.read_text().split()]
        for name, pid in zip(["server", "engine"], [self.process.pid, *children]):
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                self.peak[name] = max(self.peak[name], int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) // 1024)
            except (OSError, AttributeError):
                pass

    def stop(self):
        self.note_memory()
        self.process.send_signal(signal.SIGTERM)
        begin = time.monotonic()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.monotonic() - begin


class Victim(threading.Thread):
    """Another client, from an address of its own."""

    def __init__(self, server, token):
        super().__init__(daemon=True)
        self.server, self.token, self.ends = server, token, threading.Event()
        self.times = {"/healthz": [], "/v1/jobs": [], "upload": []}
        self.refused = {}

    def run(self):
        while not self.ends.is_set():
            for name in self.times:
                begin = time.monotonic()
                if name == "upload":
                    status = self.server.ask(
                        "POST", "/v1/masks?labels=cat", SAMPLE, {"Content-Type": "image/png"}, self.token, "127.0.0.9")[0]
                else:
                    status = self.server.ask(
                        "GET", name, None, {}, None if name == "/healthz" else self.token, "127.0.0.9")[0]
                self.times[name].append(time.monotonic() - begin)
                if status != 200:
                    self.refused[f"{name} {status}"] = self.refused.get(f"{name} {status}", 0) + 1
            self.server.note_memory()
            time.sleep(0.02)


def repeat(count, seconds, work):
    """So many threads that do `work(index)` again and again."""
    end = time.monotonic() + seconds

    def loop(index):
        while time.monotonic() < end:
            try:
                work(index)
            except OSError:
                time.sleep(0.01)

    threads = [threading.Thread(target=loop, args=(index,), daemon=True) for index in range(count)]
    [thread.start() for thread in threads]
    [thread.join(PATIENCE + seconds) for thread in threads]


def form(label):
    parts = (b"--b\r\nContent-Disposition: form-data; name=image\r\n\r\n" + SAMPLE[:2000]
             + b"\r\n--b\r\nContent-Disposition: form-data; name=labels\r\n\r\n" + label + b"\r\n--b--\r\n")
    return parts, {"Content-Type": "multipart/form-data; boundary=b"}


def job(items, **members):
    return json.dumps({"name": "attack", "items": items, **members}).encode(), {"Content-Type": "application/json"}


def lines(items):
    text = "\n".join([json.dumps({"name": "attack"}), *(json.dumps(item) for item in items)])
    return text.encode(), {"Content-Type": "application/x-ndjson"}


def digest(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


# Each attack: the server's options, whether it has tokens, and what is done; it returns what became of it.

def unicode_forms(server, seconds, **_):
    body, headers = form(hostile(64_000).encode()[:64_001].decode(errors="ignore").encode())
    answers = []
    repeat(8, seconds, lambda _: answers.append(len(server.ask("POST", "/v1/masks", body, headers)[2])))
    return f"{len(answers)} answers of up to {max(answers, default=0)} bytes"


def unicode_tags(server, seconds, **_):
    request = ("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ").encode() + hostile(30_000).encode()[:30_000] + b"\r\n\r\n"
    count = [0]

    def work(_):
        with server.socket() as connection:
            connection.settimeout(seconds + 5)
            connection.sendall(request)
            connection.recv(100)
            count[0] += 1

    repeat(32, seconds, work)
    return f"{count[0]} answers"


def unicode_job(server, seconds, **_):
    body, headers = job([{"name": "a", "sha256": digest(0), "labels": [hostile(40_000)]}])
    status = []
    repeat(2, seconds, lambda _: status.append(server.ask("POST", "/v1/jobs", body, headers)[0]))
    return f"{len(status)} answers"


def slow_bodies(server, seconds, **_):
    connections, cut = [], 0
    for _ in range(8):
        connection = server.socket()
        try:
            connection.sendall(b"POST /v1/masks HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                               b"Content-Length: 134217728\r\n\r\n")
            block = bytes(1 << 20)
            for _ in range(127):
                connection.sendall(block)
        except OSError:
            pass
        connections.append(connection)
    # What a fast start earns shows once the time of an idle body has passed twice.
    for _ in range(int(max(seconds, 25))):
        for connection in connections:
            try:
                connection.send(b"x")
            except OSError:
                pass
        time.sleep(1)
    for connection in connections:
        connection.setblocking(False)
        try:
            cut += len(connection.recv(100)) >= 0
        except BlockingIOError:
            pass
        except OSError:
            cut += 1
    return f"{cut} of 8 cut"


def large_overlays(server, seconds, **_):
    large = png(7300, 5479)
    status, _, body = server.ask(
        "POST", "/v1/masks?labels=cat&scales=0.25&flip=false&refinement=none", large, {"Content-Type": "image/png"})
    if status != 200:
        return f"no mask: {status} {body[:100]}"
    overlay = json.loads(body)["links"]["overlay"]
    server.ready.set()
    sizes = []
    repeat(4, seconds, lambda _: sizes.append(len(server.ask("GET", overlay)[2])))
    return f"{len(sizes)} overlays of {max(sizes, default=0) >> 10} KiB"


def slow_readers(server, seconds, **_):
    noisy = png(1700, 1700, noise=True)
    _, _, body = server.ask(
        "POST", "/v1/masks?labels=cat&scales=0.25&flip=false&refinement=none", noisy, {"Content-Type": "image/png"})
    overlay = json.loads(body)["links"]["overlay"]
    size = len(server.ask("GET", overlay)[2])
    server.ready.set()
    connections = []
    for _ in range(150):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(f"GET {overlay} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        connections.append(connection)
    time.sleep(seconds)
    return f"150 readers of {size >> 20} MiB"


def cancelled_jobs(server, seconds, token, victim, **_):
    statuses = []
    for turn in range(8):
        body, headers = lines({"name": str(number), "sha256": digest((turn, number))} for number in range(100_000))
        status, _, answer = server.ask("POST", "/v1/jobs", body, headers, token)
        statuses.append(status)
        if status == 202:
            server.ask("DELETE", f"/v1/jobs/{json.loads(answer)['id']}", token=token)
    body, headers = lines({"name": str(number), "sha256": digest(("other", number))} for number in range(20_000))
    other = server.ask("POST", "/v1/jobs", body, headers, victim)[0]
    return f"posts {statuses}; another's job then {other}"


def rebinding(server, **_):
    return str(server.ask("DELETE", f"/v1/jobs/{'0' * 32}?purge=true", headers={"Host": "evil.example"})[0])


def event_streams(server, seconds, token, **_):
    body, headers = job([{"name": "one", "sha256": digest("waits")}])
    identity = json.loads(server.ask("POST", "/v1/jobs", body, headers, token)[2])["id"]
    connections, statuses = [], {}
    for _ in range(5000):
        try:
            connection = server.socket()
            connection.settimeout(2)
            connection.sendall(
                f"GET /v1/jobs/{identity}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            status = connection.recv(12)[9:12].decode() or "closed"
        except OSError as error:
            status = type(error).__name__
        statuses[status] = statuses.get(status, 0) + 1
        if status == "200":
            connections.append(connection)
        elif statuses[status] > 50:
            break
    time.sleep(min(seconds, 5))
    return f"streams {statuses}"


def archive_heads(server, seconds, **_):
    sha = hashlib.sha256(SAMPLE).hexdigest()
    server.ask("POST", "/v1/masks?labels=cat", SAMPLE, {"Content-Type": "image/png"})
    body, headers = lines({"name": str(number), "sha256": sha, "labels": ["cat"]} for number in range(50_000))
    identity = json.loads(server.ask("POST", "/v1/jobs", body, headers)[2])["id"]
    while json.loads(server.ask("GET", f"/v1/jobs/{identity}")[2])["state"] != "done":
        time.sleep(0.5)
    _, answer, _ = server.ask("HEAD", f"/v1/jobs/{identity}/result.tar")
    server.ready.set()
    tag = {"If-None-Match": answer["ETag"]}
    count = [0]

    def work(index):
        status = server.ask(
            "HEAD" if index % 2 else "GET", f"/v1/jobs/{identity}/result.tar", headers={} if index % 2 else tag)[0]
        count[0] += status in (200, 304)

    repeat(8, seconds, work)
    return f"{count[0]} answers"


def other_tenant(server, token, victim, **_):
    status, _, answer = server.ask("POST", "/v1/masks?labels=cat", SAMPLE, {"Content-Type": "image/png"}, victim)
    overlay = json.loads(answer)["links"]["overlay"]
    body, headers = job([{"name": "one", "sha256": digest("of another")}])
    identity = json.loads(server.ask("POST", "/v1/jobs", body, headers, victim)[2])["id"]
    seen = server.ask("GET", overlay, token=token)[0]
    return f"overlay {seen}, cancelling {server.ask('DELETE', f'/v1/jobs/{identity}', token=token)[0]}"


def revoked_stream(server, seconds, token, victim, **_):
    body, headers = job([{"name": "one", "sha256": digest("waits")}])
    identity = json.loads(server.ask("POST", "/v1/jobs", body, headers, token)[2])["id"]
    connection = server.socket()
    connection.sendall(
        f"GET /v1/jobs/{identity}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    connection.recv(4096)
    keep = [line for line in pathlib.Path(server.tokens).read_text().splitlines() if not line.startswith("attacker")]
    pathlib.Path(server.tokens).write_text("\n".join(keep) + "\n")
    server.process.send_signal(signal.SIGHUP)
    connection.settimeout(5)
    try:
        while connection.recv(4096):
            pass
        ends = "ends"
    except TimeoutError:
        ends = "goes on"
    except OSError:
        ends = "is cut"
    pathlib.Path(server.tokens).write_text("\n".join(keep) + "\nno token\n")
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    metrics = server.ask("GET", "/metrics", token=victim)[2].decode()
    found = re.search(r"^pseudolabel_token_reload_failed\S* (\S+)", metrics, re.M)
    return f"the stream {ends}; pseudolabel_token_reload_failed {found.group(1) if found else 'is no metric'}"


def amplified_json(server, seconds, **_):
    body = b'{"name":"a","options":{"scales":[' + b"1," * (30 << 20) + b'1]},"items":[]}'
    begin = time.monotonic()
    status, _, answer = server.ask("POST", "/v1/jobs", body, {"Content-Type": "application/json"})
    return f"{status} after {time.monotonic() - begin:.1f} s"


def odd_names(server, **_):
    def status(names):
        body, headers = job([{"name": name, "sha256": digest(name)} for name in names])
        return server.ask("POST", "/v1/jobs", body, headers)[0]

    return (f"NFC and NFD {status([chr(0xE9), 'e' + chr(0x301)])}, right-to-left override {status(['a' + chr(0x202E) + 'gpj'])}, "
            f"backslash {status(['a' + chr(92) + 'b'])}, U+0085 {status([chr(0x85)])}, U+2028 {status([chr(0x2028)])}")


def cross_site(server, **_):
    body, headers = job([{"name": "one", "sha256": digest("cross")}])
    return str(server.ask("POST", "/v1/jobs", body, {**headers, "Sec-Fetch-Site": "cross-site"})[0])


ATTACKS = {
    # name: (row of the threat model, function, options, with tokens)
    "unicode-forms": (1, unicode_forms, [], False),
    "unicode-etags": (1, unicode_tags, ["--rate-limit", "5"], False),
    "unicode-job-labels": (1, unicode_job, [], False),
    "slow-bodies": (2, slow_bodies, [], False),
    "large-overlays": (3, large_overlays, [], False),
    "slow-readers": (3, slow_readers, [], False),
    "cancelled-jobs": (4, cancelled_jobs, ["--store-limit", str(512 << 20)], True),
    "rebinding": (5, rebinding, ["--host", "0.0.0.0", "--insecure"], False),
    "event-streams": (6, event_streams, ["--maximum-connections", "1024"], True),
    "archive-heads": (7, archive_heads, [], False),
    "other-tenant": (8, other_tenant, [], True),
    "revoked-stream": (9, revoked_stream, [], True),
    "amplified-json": (11, amplified_json, [], False),
    "odd-names": (12, odd_names, [], False),
    "cross-site": (13, cross_site, [], False),
}


def run(name, binary, seconds):
    row, attack, options, has_tokens = ATTACKS[name]
    tokens, secrets = None, {"attacker": None, "victim": None}
    if has_tokens:
        tokens = tempfile.mkdtemp() + "/tokens"
        for owner in secrets:
            secrets[owner] = subprocess.run(
                [binary, "token", owner, "--file", tokens], capture_output=True, text=True, check=True).stdout.strip()
        options = [*options, "--token-file", tokens]
    server = Server(binary, *options)
    server.tokens, server.ready = tokens, threading.Event()
    # The victim's upload is in the store: what is measured is the server, not the network.
    server.ask("POST", "/v1/masks?labels=cat", SAMPLE, {"Content-Type": "image/png"}, secrets["victim"], "127.0.0.9")
    victim = Victim(server, secrets["victim"])
    if name not in ("large-overlays", "slow-readers", "archive-heads"):
        server.ready.set()
    threading.Thread(target=lambda: (server.ready.wait(), victim.start()), daemon=True).start()
    outcome = attack(server=server, seconds=seconds, token=secrets["attacker"], victim=secrets["victim"])
    server.ready.set()
    time.sleep(0.2)
    victim.ends.set()
    victim.join(PATIENCE * 3)
    stopped = server.stop()
    figures = {
        what: [1000 * statistics.median(times), 1000 * max(times)] if times else None
        for what, times in victim.times.items()}
    return {"attack": name, "row": row, "figures": figures, "refused": victim.refused, "server_mib": server.peak["server"],
            "engine_mib": server.peak["engine"], "stop_s": stopped, "outcome": outcome}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pseudolabel"))
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS))
    parser.add_argument("--seconds", type=float, default=8, help="of each attack")
    parser.add_argument("--json", help="file to append each attack's figures to")
    arguments = parser.parse_args()
    print("| row | attack | /healthz median, worst ms | /v1/jobs | upload | server, engine MiB | SIGTERM s | outcome |")
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.only:
        result = run(name, arguments.binary, arguments.seconds)
        cells = [f"{times[0]:.0f}, {times[1]:.0f}" if times else "-" for times in result["figures"].values()]
        refused = f"; refused: {result['refused']}" if result["refused"] else ""
        print(f"| {result['row']} | {name} | {' | '.join(cells)} | {result['server_mib']}, {result['engine_mib']} | "
              f"{result['stop_s']:.1f} | {result['outcome']}{refused} |", flush=True)
        if arguments.json:
            with open(arguments.json, "a") as file:
                file.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    sys.exit(main())
