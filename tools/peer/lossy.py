#!/usr/bin/python3
"""Captures of this kernel's TCP over a bad network, at both ends, and what `tcprove audit` finds in them: nothing, or
it is wrong.

    tools/peer/lossy.py [--rounds N] [--only WORD] [--keep FOLDER] TCPROVE LIVE_STACK

Four network namespaces in a row: client, router, router, server. Between client or server and its router is a veth
pair, with segmentation offloads or without; between the routers two TUN devices, joined by `live_stack bridge`, which
loses, repeats, reorders, damages and marks. curl and nginx, and iperf3, talk across; tcpdump listens at both ends.
What was fetched must be what was sent, and every program must end well, as slowly as it likes. Every capture is
audited as taken at its end, and as taken anywhere. One line for the transfers of a network and one for each capture;
the last line is "N passed, N failed". A round is each network once, with other settings (family, offloads, congestion
control, sysctls) than in the round before; 12 rounds are all. Needs nginx, curl, iperf3, tcpdump and root.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import traffic
from traffic import call, new_namespace, wait_until

NETWORKS = {
    "lossy": ["--lose", "10000", "--delay", "2000"],
    "bad": ["--lose", "40000", "--repeat", "20000", "--overtake", "30000", "--delay", "4000", "--jitter", "2000"],
    "reordering": ["--overtake", "100000", "--delay", "1000", "--jitter", "500"],
    "doubling": ["--repeat", "200000", "--overtake", "20000", "--delay", "500"],
    "narrow": ["--rate", "3000000", "--queue", "40000", "--delay", "8000"],
    "marking": ["--mark", "30000", "--lose", "3000", "--delay", "2000"],
    "damaging": ["--corrupt", "10000", "--delay", "1500"],
}
SETTINGS = [
    {},
    {"net.ipv4.tcp_sack": 0},
    {"net.ipv4.tcp_timestamps": 0},
    {"net.ipv4.tcp_window_scaling": 0},
    {"net.ipv4.tcp_rmem": "4096 8192 16384"},
    {"net.ipv4.tcp_dsack": 0, "net.ipv4.tcp_recovery": 0},
    {"net.ipv4.tcp_fastopen": 3, "net.ipv4.tcp_early_retrans": 0},
]
CONTROLS = ("cubic", "reno", "bbr")
CLIENT = {4: "10.9.0.1", 6: "fd09::1"}


class Chain(traffic.Pair):
    """Four namespaces in a row; the first is this process's own, the last is `other`."""
    server = {4: "10.8.0.2", 6: "fd08::2"}
    amount = "3M"

    def __init__(self, folder, bridge, faults):
        self.bridge, self.faults, self.routers = bridge, faults, []
        super().__init__(folder)

    def inside(self, child, *words):
        return ["nsenter", "-t", str(child.pid), "-n", *words]

    def join(self):
        new_namespace(self.other)
        for _ in range(2):
            router = subprocess.Popen(["unshare", "-n", "sleep", "inf"])
            self.routers.append(router)
            self.started.append(router)
            new_namespace(router)
        call("ip", "link", "set", "lo", "up")
        call("ip", "link", "add", "va", "type", "veth", "peer", "name", "v0", "netns", str(self.routers[0].pid))
        call(*self.there("ip", "link", "add", "vb", "type", "veth", "peer", "name", "v0", "netns",
                         str(self.routers[1].pid)))
        self.start_bridge()
        self.end_ways(self.here, "va", 9, 0)
        self.end_ways(self.there, "vb", 8, 1)

    def start_bridge(self):
        ready = self.folder / "work/ready"
        ready.unlink(missing_ok=True)
        child = self.start(self.inside(self.routers[0], self.bridge, "bridge", "--tun", "rs0", "--other-net",
                                       f"/proc/{self.routers[1].pid}/ns/net", "--ready", str(ready), *self.faults))
        wait_until(lambda: ready.exists() or child.poll() is not None, "live_stack bridge")
        if child.poll() is not None:
            raise RuntimeError(f"live_stack bridge ended with status {child.returncode}")

    def end_ways(self, at, link, net, router):
        """Addresses and routes of an end and of its router."""
        def way(*words):
            return self.inside(self.routers[router], *words)
        own = 2 if net == 8 else 1
        for inside, name, number in ((at, link, own), (way, "v0", 254)):
            call(*inside("ip", "addr", "add", f"10.{net}.0.{number}/24", "dev", name))
            call(*inside("ip", "addr", "add", f"fd0{net}::{number}/64", "dev", name, "nodad"))
            call(*inside("ip", "link", "set", name, "up"))
        call(*at("ip", "route", "add", "default", "via", f"10.{net}.0.254"))
        call(*at("ip", "-6", "route", "add", "default", "via", f"fd0{net}::254"))
        call(*way("ip", "link", "set", "rs0", "mtu", "1500", "up"))
        call(*way("ip", "route", "add", f"10.{17 - net}.0.0/24", "dev", "rs0"))
        call(*way("ip", "-6", "route", "add", f"fd0{17 - net}::/64", "dev", "rs0"))
        sysctl(way, "net.ipv4.ip_forward", 1)
        sysctl(way, "net.ipv6.conf.all.forwarding", 1)

    def offloads(self, word):
        super().offloads(word)
        for router in self.routers:
            call(*self.inside(router, sys.executable, traffic.__file__, "--offloads", "v0", word))


def sysctl(inside, knob, value):
    """By a shell in the namespace: /proc/sys/net is that of who opens it."""
    call(*inside("sh", "-c", 'echo "$2" > "/proc/sys/$1"', "sh", knob.replace(".", "/"), str(value)))


def allowed(control):
    with open("/proc/sys/net/ipv4/tcp_allowed_congestion_control", encoding="ascii") as file:
        return control in file.read().split()


def cases(rounds):
    """(name, family, offloads, congestion control, ECN, sysctls, faults): every network in every round."""
    controls = [c for c in CONTROLS if allowed(c)]
    for n in range(rounds):
        for i, (name, faults) in enumerate(NETWORKS.items()):
            family, offloads = (4, 6)[(n + i) % 2], ("on", "off")[(n // 2 + i) % 2]
            control, settings = controls[(n + i) % len(controls)], SETTINGS[(n * 3 + i) % len(SETTINGS)]
            ecn = 1 if name == "marking" or (n + i) % 4 == 0 else 0
            title = f"{name}-{n}-ipv{family}-{control}-offloads-{offloads}{'-ecn' if ecn else ''}"
            yield title, family, offloads, {**settings, "net.ipv4.tcp_congestion_control": control,
                                            "net.ipv4.tcp_ecn": ecn}, [*faults, "--seed", str(n + 1)]


def talk(folder, bridge, case):
    """What went wrong with the transfers, in words."""
    name, family, offloads, settings, faults = case
    chain = Chain(folder, bridge, faults)
    try:
        chain.offloads(offloads)
        for knob, value in settings.items():
            for at in (chain.here, chain.there):
                sysctl(at, knob, value)
        work = folder / "work"
        chain.start(chain.there("nginx", "-e", str(work / "err"), "-c", str(work / "conf")))
        wait_until(lambda: traffic.listens(chain, 80), "nginx listens")
        wait_until(lambda: reaches(chain, family), "the server is reached")
        traffic.http(chain, f"{name}-http", family)
        traffic.iperf(chain, f"{name}-iperf", family, "--bidir")
    finally:
        chain.end()
        subprocess.run(["ip", "link", "del", "va"], check=False, capture_output=True)
    return chain.failures


def reaches(chain, family):
    host = f"[{chain.server[family]}]" if family == 6 else chain.server[family]
    done = subprocess.run(["curl", "-sg", "-m", "5", "-o", "/dev/null", f"http://{host}/none"], check=False)
    return done.returncode == 0


def audit(program, path, address):
    """What audit says of a capture that was taken at an end, told so and not; [] is as it has to be. By its address:
    who is the client is not known of a packet whose port was damaged."""
    said = []
    log = path.parent / "work" / f"{path.stem}.log"
    complete = "\n0 packets dropped by kernel" in log.read_text(encoding="utf-8")
    for where in ((), ("--taken-at", address), *([("--taken-at", address, "--complete")] if complete else ())):
        done = subprocess.run([program, "audit", *where, "--json", "-", path], capture_output=True, text=True,
                              check=False)
        if done.returncode not in (0, 1):
            said.append(f"{' '.join(where)}: status {done.returncode}: {done.stderr.strip()}")
            continue
        for finding in json.loads(done.stdout)[0]["findings"]:
            said.append(f"{' '.join(where)} {json.dumps(finding)}")
    return said


def prepare(folder):
    work = folder / "work"
    (work / "www").mkdir(parents=True, exist_ok=True)
    for name, size in {**traffic.FILES, "huge": 2000000}.items():
        (work / "www" / name).write_bytes(os.urandom(size))
    (work / "conf").write_text(traffic.NGINX.format(work, 1), encoding="utf-8")


def tell(what, wrong):
    print(f"{'FAIL' if wrong else 'ok  '} {what}", *wrong[:5], sep="\n    ", flush=True)


def run(folder, args):
    passed = failed = 0
    prepare(folder)
    for case in cases(args.rounds):
        if args.only and args.only not in case[0]:
            continue
        failures = talk(folder, args.live_stack, case)
        tell(f"transfers of {case[0]}", failures)
        passed, failed = passed + (not failures), failed + bool(failures)
        for path in sorted(folder.glob(f"{case[0]}-*.pcap")):
            ends = CLIENT if path.stem.endswith("client") else Chain.server
            said = audit(args.tcprove, path, ends[case[1]])
            tell(f"{path.stem}: {path.stat().st_size} bytes", said)
            passed, failed = passed + (not said), failed + bool(said)
            if not args.keep:
                path.unlink()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("tcprove", type=pathlib.Path)
    parser.add_argument("live_stack", type=pathlib.Path)
    args = parser.parse_args()
    args.tcprove, args.live_stack = args.tcprove.resolve(), str(args.live_stack.resolve())
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # nginx and ip live there, which a user's PATH may lack
    if "TCPROVE_LOSSY" not in os.environ:
        os.environ["TCPROVE_LOSSY"] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, "-B", __file__, *sys.argv[1:]])
    folder = args.keep.resolve() if args.keep else pathlib.Path(tempfile.mkdtemp(prefix="tcprove-lossy-"))
    try:
        return run(folder, args)
    finally:
        if not args.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
