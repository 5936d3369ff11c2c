#!/usr/bin/python3
"""Captures of programs that know nothing of us: curl and nginx, iperf3, over a veth pair between two network
namespaces, with segmentation offloads on and off, in IPv4 and IPv6, taken by tcpdump at both ends.

    tools/peer/traffic.py FOLDER

FOLDER gets NAME-client.pcap and NAME-server.pcap for each NAME (http-offload, http-plain, http6-plain, iperf-offload,
iperf-plain, ...). `tools/peer/roundtrip.py --captures FOLDER` imports them. Needs nginx, curl, iperf3, tcpdump, and
root (or user namespaces).
"""
import ctypes
import fcntl
import hashlib
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time

NGINX = """daemon off; master_process off; pid {0}/pid; error_log {0}/err; events {{}}
http {{ access_log off; client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c;
uwsgi_temp_path {0}/d; scgi_temp_path {0}/e; keepalive_timeout {1};
server {{ listen 80; listen [::]:80; root {0}/www; }} }}"""
SIOCETHTOOL, OFFLOADS = 0x8946, {"tso": 0x1F, "gso": 0x24, "gro": 0x2C, "sg": 0x19, "tx": 0x17}
FILES = {"small": 300, "page": 20000, "large": 300000, "huge": 5000000}
TRANSFER_S = 600  # of one program: on a busy machine a network may be slow, and BBR then takes it for narrow
REFUSED, TIMED_OUT, SEND_ERROR, RECEIVE_ERROR = 7, 28, 55, 56  # exit statuses of curl


class Pair:
    """Two namespaces and the veth between them; the first is this process's own."""
    server = {4: "10.9.0.2", 6: "fd09::2"}
    amount = "20M"  # that iperf3 sends

    def __init__(self, folder):
        self.folder, self.started = folder, []
        self.failures = []  # what a transfer did that it must not, in words
        self.other = subprocess.Popen(["unshare", "-n", "sleep", "inf"])
        self.started.append(self.other)
        try:
            self.join()
        except BaseException:
            self.end()
            raise

    def join(self):
        new_namespace(self.other)
        call("ip", "link", "set", "lo", "up")
        call("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", str(self.other.pid))
        for at, name, number in ((self.here, "va", 1), (self.there, "vb", 2)):
            call(*at("ip", "addr", "add", f"10.9.0.{number}/24", "dev", name))
            call(*at("ip", "addr", "add", f"fd09::{number}/64", "dev", name, "nodad"))
            call(*at("ip", "link", "set", name, "up"))

    def here(self, *words):
        return list(words)

    def there(self, *words):
        return ["nsenter", "-t", str(self.other.pid), "-n", *words]

    def offloads(self, word):
        for at, name in ((self.here, "va"), (self.there, "vb")):
            call(*at(sys.executable, __file__, "--offloads", name, word))

    def start(self, words, **how):
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
        self.started.append(child)
        return child

    def stop(self, child, number=signal.SIGTERM):
        child.send_signal(number)
        child.wait(10)
        self.started.remove(child)

    def end(self):
        for child in self.started:
            child.kill()
            child.wait()


def new_namespace(child):
    """Waits until a child of `unshare -n` is in its namespace."""
    own = os.readlink("/proc/self/ns/net")
    wait_until(lambda: os.readlink(f"/proc/{child.pid}/ns/net") != own, "the other namespace is there")


def set_offloads(link, on):
    """What `ethtool -K` does. Some are fixed on some links; the others follow from those that are not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for command in OFFLOADS.values() if not on else reversed(OFFLOADS.values()):
            value = (ctypes.c_uint32 * 2)(command, on)
            request = struct.pack("16sP16x", link.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(s, SIOCETHTOOL, request)
            except OSError:
                pass


def call(*words):
    subprocess.run(words, check=True, capture_output=True)


def wait_until(true, what, limit=30.0):
    """Looks again and again, in ever longer steps."""
    step, end = 0.005, time.monotonic() + limit
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {limit:.0f} s")
        time.sleep(step)
        step = min(step * 1.5, 0.2)


def listens(pair, port):
    """Is somebody listening on this port at the other end? State 0A in the kernel's table."""
    done = subprocess.run(pair.there("cat", "/proc/net/tcp", "/proc/net/tcp6"), capture_output=True, text=True,
                          check=False)
    rows = [line.split() for line in done.stdout.splitlines()]
    return any(len(row) > 3 and row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def captures_go(dumps):
    """Each tcpdump has opened its device and said so."""
    for child, path, log in dumps:
        if child.poll() is not None:
            raise RuntimeError(f"tcpdump ended with status {child.returncode} before it captured anything")
        if b"listening on" not in log.read_bytes() or not path.exists() or path.stat().st_size < 24:
            return False
    return True


def transfer(pair, *words, status=(0,), says=""):
    """Runs one program; its status must be one of these, and it must say that."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=TRANSFER_S)
    except subprocess.TimeoutExpired:
        pair.failures.append(f"not over within {TRANSFER_S} s: {' '.join(words)}")
        return
    if done.returncode not in status or says not in done.stdout:
        pair.failures.append(f"status {done.returncode} ({done.stderr.strip() or done.stdout.strip()[:200]}) of: "
                             f"{' '.join(words)}")


def fetch(pair, url, *pages):
    """By one curl; what has come must be what the server has."""
    got = [pair.folder / f"work/got-{i}" for i in range(len(pages))]
    for path in got:
        path.unlink(missing_ok=True)
    outputs = [word for path, page in zip(got, pages) for word in ("-o", str(path), url + page)]
    transfer(pair, "curl", "-sSgf", *outputs)
    for path, page in zip(got, pages):
        if not path.exists() or digest(path) != digest(pair.folder / "work/www" / page):
            pair.failures.append(f"{url}{page} has not come as it was sent")


def digest(path):
    return hashlib.sha256(path.read_bytes()).digest()


class Quiet:
    """True when the files have not grown for a while: what is under way has arrived, and is written."""

    def __init__(self, paths, span=0.4):
        self.paths, self.span, self.sizes, self.since = paths, span, None, 0.0

    def __call__(self):
        sizes, now = [path.stat().st_size for path in self.paths], time.monotonic()
        if sizes != self.sizes:
            self.sizes, self.since = sizes, now
        return now - self.since >= self.span


def check_log(path):
    """tcpdump says at its end what it had no time to write."""
    for line in path.read_text(encoding="utf-8").splitlines():
        count, _, what = line.partition(" ")
        if what == "packets dropped by kernel" and count != "0":
            print(f"{path.stem}: {line}")


def captured(pair, name, snaplen, act):
    """Runs act() while both ends are captured."""
    dumps = []
    for at, link, end in ((pair.here, "va", "client"), (pair.there, "vb", "server")):
        path = pair.folder / f"{name}-{end}.pcap"
        words = at("tcpdump", "-q", "-U", "--immediate-mode", "-B", "65536", "-Z", "root", "-s", str(snaplen),
                   "-i", link, "-w", str(path), "tcp")
        log = pair.folder / f"work/{name}-{end}.log"
        with open(log, "wb") as said:
            child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=said)
        pair.started.append(child)
        dumps.append((child, path, log))
    wait_until(lambda: captures_go(dumps), "tcpdump captures")
    act()
    wait_until(Quiet([path for _, path, _ in dumps]), "the traffic ends")
    for child, _, log in dumps:
        pair.stop(child, signal.SIGINT)
        check_log(log)


def http(pair, name, family):
    host = pair.server[family] if family == 4 else f"[{pair.server[family]}]"
    url = f"http://{host}/"

    def act():
        quiet = ("curl", "-sSg", "-w", "%{http_code}", "-o", "/dev/null")
        for page in FILES:
            fetch(pair, url, page)
        fetch(pair, url, "small", "page", "small")
        transfer(pair, *quiet, url + "none", says="404")
        # nginx may close while the rest is still under way, and reset then
        transfer(pair, *quiet, "-T", str(pair.folder / "work/www/page"), url + "page",
                 status=(0, SEND_ERROR, RECEIVE_ERROR))
        transfer(pair, *quiet, "-m", "2", f"http://{host}:9/", status=(REFUSED, TIMED_OUT))
        transfer(pair, *quiet, "-m", "1", "--limit-rate", "50k", url + "large", status=(TIMED_OUT,))

    captured(pair, name, 262144, act)


def iperf(pair, name, family, *flags):
    server = pair.start(pair.there("iperf3", "-s", "-1"))
    wait_until(lambda: listens(pair, 5201), "iperf3 listens")
    captured(pair, name, 128, lambda: transfer(pair, "iperf3", "-c", pair.server[family], "-n", pair.amount,
                                               *flags))
    try:
        status = server.wait(10)
        pair.started.remove(server)
    except subprocess.TimeoutExpired:
        pair.stop(server, signal.SIGKILL)
        status = "none within 10 s"
    if status != 0:
        pair.failures.append(f"status {status} of the server of iperf3")


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--offloads":
        set_offloads(sys.argv[2], sys.argv[3] == "on")
        return 0
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, end="")
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    folder = pathlib.Path(sys.argv[1]).resolve()
    if "TCPROVE_TRAFFIC" not in os.environ:
        flags = [] if os.geteuid() == 0 else ["-Ur"]
        os.environ["TCPROVE_TRAFFIC"] = "1"
        os.execvp("unshare", ["unshare", "-n", *flags, sys.executable, __file__, str(folder)])
    work = folder / "work"
    (work / "www").mkdir(parents=True, exist_ok=True)
    for name, size in FILES.items():
        (work / "www" / name).write_bytes(os.urandom(size))
    (work / "conf").write_text(NGINX.format(work, 1), encoding="utf-8")
    pair = Pair(folder)
    try:
        pair.start(pair.there("nginx", "-e", str(work / "err"), "-c", str(work / "conf")))
        wait_until(lambda: listens(pair, 80), "nginx listens")
        for word in ("offload", "plain"):
            pair.offloads("on" if word == "offload" else "off")
            for family in (4, 6):
                http(pair, f"http{family}-{word}", family)
                iperf(pair, f"iperf{family}-{word}", family)
    finally:
        pair.end()
    for path in sorted(folder.glob("*.pcap")):
        print(f"{path.name}: {path.stat().st_size} bytes")
    for text in pair.failures:
        print(f"FAILED {text}")
    return 1 if pair.failures else 0


if __name__ == "__main__":
    sys.exit(main())
