"""`live-stack`: the reference stack on a TUN device talks to this machine's TCP, and a file must arrive unharmed.

Everything happens in a network namespace of its own, entered before the first device is made, so nothing is left behind
whatever ends the run. curl fetches from an HTTP server on refstack; an HTTP client on refstack fetches from nginx; over
IPv4 and IPv6; over a clean link and over one that loses, repeats and reorders. Last, curl fetches from nginx across two
TUN devices that a program joins: the same way without refstack, to compare with."""

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import doctor
import packages
from steps import BUILD, ROOT, Count, Stop, build, capture, last_summary

INSIDE = "TCPROVE_LIVE_INSIDE"  # set for the process that runs in the new namespace
PROGRAM = BUILD / "release/bin/live_stack"
TUN = "rs0"
LINUX = {4: "10.9.0.1", 6: "fd09::1"}
OURS = {4: "10.9.0.2", 6: "fd09::2"}
PREFIX = {4: 24, 6: 64}
PORT = 8080
CLEAN = ()
FAULTY = ("--lose", "10000", "--repeat", "10000", "--overtake", "10000", "--delay", "200")
CHUNK = 1 << 20
START_SECONDS = 10
DEFAULT_MB, LEAST_BYTES_PER_SECOND = 1024, 500_000


@dataclass
class Work:
    """The file that travels."""
    folder: Path
    size: int
    digest: str

    @property
    def file(self):
        return self.folder / "file"


def make_file(folder, size):
    """Bytes that no other place of the file repeats, the same in every run."""
    source, digest = random.Random(1), hashlib.sha256()
    with open(folder / "file", "wb") as out:
        for at in range(0, size, CHUNK):
            data = source.randbytes(min(CHUNK, size - at))
            digest.update(data)
            out.write(data)
    return Work(folder, size, digest.hexdigest())


def sh(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def wait_until(there, what, child=None):
    end = time.monotonic() + START_SECONDS
    while not there():
        if child is not None and child.poll() is not None:
            raise Stop(f"{what}: ended with status {child.returncode}")
        if time.monotonic() > end:
            raise Stop(f"{what}: not ready after {START_SECONDS} s")
        time.sleep(0.01)


@contextlib.contextmanager
def running(command, what, **options):
    """A process that is ended with the block."""
    with subprocess.Popen([str(word) for word in command], **options) as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                print(f"{what} had to be killed", file=sys.stderr)
                child.kill()


def configure(addresses, prefix=()):
    """Addresses for the device of one namespace; no duplicate address detection, it would delay IPv6 by a second."""
    for family, address in addresses.items():
        nodad = ["nodad"] if family == 6 else []
        sh(*prefix, "ip", "address", "add", f"{address}/{PREFIX[family]}", "dev", TUN, *nodad)
    sh(*prefix, "ip", "link", "set", TUN, "mtu", "1500", "up")


@contextlib.contextmanager
def on_tun(work, words, **options):
    """A live_stack whose device has been configured on the side of Linux."""
    ready = work.folder / f"ready-{time.monotonic_ns()}"
    with running([PROGRAM, *words, "--tun", TUN, "--ready", ready], "live_stack", **options) as child:
        wait_until(ready.exists, f"live_stack {words[0]}", child)
        yield child


@contextlib.contextmanager
def nginx(work, prefix=()):
    conf = work.folder / "nginx.conf"
    conf.write_text(f"""daemon off; pid {work.folder}/pid; error_log stderr; worker_processes 1; user root;
events {{ }}
http {{ access_log off; client_body_temp_path {work.folder}/t; proxy_temp_path {work.folder}/t;
  fastcgi_temp_path {work.folder}/t; uwsgi_temp_path {work.folder}/t; scgi_temp_path {work.folder}/t;
  server {{ listen {PORT}; listen [::]:{PORT}; root {work.folder}; }} }}
""")
    errors = work.folder / "nginx.errors"
    pid = work.folder / "pid"
    with open(errors, "wb") as log, running([*prefix, "nginx", "-c", conf, "-p", work.folder, "-e", "stderr"], "nginx",
                                            stderr=log) as child:
        try:
            wait_until(lambda: pid.exists() and pid.read_text().strip(), "nginx", child)
        except Stop as stop:
            raise Stop(f"{stop}\n{errors.read_text()}") from stop
        yield child
    pid.unlink(missing_ok=True)


def patience(work):
    return 60 + work.size / LEAST_BYTES_PER_SECOND


def digest_of(command, seconds):
    """(sha256, bytes, seconds, exit status) of what a command prints."""
    digest, size, start = hashlib.sha256(), 0, time.monotonic()
    with running(command, command[0], stdout=subprocess.PIPE) as child:
        timer = start + seconds
        while data := child.stdout.read1(CHUNK):
            digest.update(data)
            size += len(data)
            if time.monotonic() > timer:
                return digest.hexdigest(), size, seconds, "too slow"
        return digest.hexdigest(), size, time.monotonic() - start, child.wait()


def curl(work, address, prefix=()):
    host = f"[{address}]" if ":" in address else address
    return digest_of([*prefix, "curl", "-sS", "--max-time", str(int(patience(work))), f"http://{host}:{PORT}/file"],
                     patience(work))


def linux_fetches(work, family, faults):
    with on_tun(work, ["serve", "--local", OURS[family], "--port", PORT, "--file", work.file, *faults]):
        configure({family: LINUX[family]})
        return curl(work, OURS[family])


def refstack_fetches(work, family, faults):
    """The client makes its own device, which must have its address before the first SYN comes: a persistent device."""
    sh("ip", "tuntap", "add", "dev", TUN, "mode", "tun")
    try:
        configure({family: LINUX[family]})
        with nginx(work):
            return digest_of([PROGRAM, "fetch", "--tun", TUN, "--local", OURS[family], "--peer", LINUX[family],
                              "--port", str(PORT), *faults], patience(work))
    finally:
        sh("ip", "tuntap", "del", "dev", TUN, "mode", "tun")


def linux_to_linux(work):
    """curl here, nginx in another namespace, a bridge between their TUN devices."""
    with running(["unshare", "-n", "sleep", "infinity"], "the second namespace") as other:
        net = f"/proc/{other.pid}/ns/net"
        mine = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(net) != mine, "the second namespace", other)
        there = ("nsenter", f"--net={net}")
        with on_tun(work, ["bridge", "--other-net", net]):
            configure({4: LINUX[4]})
            configure({4: OURS[4]}, there)
            with nginx(work, there):
                return curl(work, OURS[4])


@dataclass
class Case:
    """One transfer: its words and what runs it."""
    words: str
    run: object


def cases():
    found = []
    for family in (4, 6):
        for name, faults in (("clean link", CLEAN), ("1 % lost, repeated, reordered", FAULTY)):
            found.append(Case(f"curl <- refstack, IPv{family}, {name}",
                              lambda w, f=family, x=faults: linux_fetches(w, f, x)))
            found.append(Case(f"refstack <- nginx, IPv{family}, {name}",
                              lambda w, f=family, x=faults: refstack_fetches(w, f, x)))
    return found


def judge(work, result):
    """(is it right, words)"""
    digest, size, seconds, status = result
    rate = f"{size / 1e6 / max(seconds, 1e-9):.1f} MB/s"
    if status != 0:
        return False, f"status {status} after {size} of {work.size} bytes"
    if size != work.size:
        return False, f"{size} bytes arrived, {work.size} were sent"
    if digest != work.digest:
        return False, "the bytes that arrived are not those that were sent"
    return True, rate


def goodput(result):
    return result[1] / max(result[2], 1e-9)


def run_all(work):
    count, ours = Count(), {}
    for case in cases():
        result = case.run(work)
        good, words = judge(work, result)
        count += Count(1, 0) if good else Count(0, 1)
        ours[case.words] = goodput(result)
        print(f"{'ok  ' if good else 'FAIL'} {case.words}: {words}", flush=True)
    result = linux_to_linux(work)
    good, words = judge(work, result)
    count += Count(1, 0) if good else Count(0, 1)
    print(f"{'ok  ' if good else 'FAIL'} curl <- nginx, IPv4, two TUN devices: {words}", flush=True)
    for name in ("curl <- refstack, IPv4, clean link", "refstack <- nginx, IPv4, clean link"):
        mine, theirs = ours[name] / 1e6, goodput(result) / 1e6
        print(f"goodput, {name}: refstack {mine:.1f} MB/s, Linux to Linux {theirs:.1f} MB/s, "
              f"{mine / max(theirs, 1e-9):.1f}x")
    print(count.line())
    return 0 if count.good() else 1


def megabytes(args):
    if not args:
        return DEFAULT_MB
    if len(args) != 1 or not args[0].isdigit() or int(args[0]) == 0:
        raise Stop("usage: tools/dev live-stack [MEGABYTES]")
    return int(args[0])


def inside(size):
    with tempfile.TemporaryDirectory(prefix="tcprove-live-") as folder:
        sh("ip", "link", "set", "lo", "up")
        return run_all(make_file(Path(folder), size))


def verb_live(args):
    size = megabytes(args) * 10**6
    if os.environ.get(INSIDE):
        return inside(size)
    packages.need("live-stack")
    build("release", ["live_stack"])
    # /sbin may be missing on a user's PATH; nginx and ip live there
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if not shutil.which("nginx", path=path):
        raise Stop("no nginx; type: sudo apt-get install nginx-light")
    env = {**os.environ, "PATH": path, INSIDE: "1"}
    dev = [sys.executable, "-B", Path(__file__).parent, "live-stack", str(size // 10**6)]
    with subprocess.Popen([str(word) for word in doctor.namespace_command(*dev)], env=env) as child:
        try:
            return child.wait()
        except BaseException:
            child.send_signal(signal.SIGTERM)
            child.wait(30)
            raise


def step(mb):
    """For check: (Done, Count)."""
    done = capture([sys.executable, "-B", ROOT / "tools/devcmd", "live-stack", str(mb)])
    return done, last_summary(done.output) or Count(0, 1)
