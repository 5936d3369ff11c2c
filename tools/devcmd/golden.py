"""`golden`: records what this machine's kernel does with our live-safe scripts, for `tcprove compare`.

A run that does not pass beside others is run again alone before it is recorded as it is: a golden must show the
kernel, not the load of the machine.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import packages
from steps import BUILD, ROOT, Stop, build

TCPROVE = BUILD / "release/bin/tcprove"
LIMIT_BYTES = 16_000_000  # a twelfth of it where git keeps them: mostly headers and zeros
LARGEST = 10
ALONE = 3
# What a machine's owner may have chosen for all namespaces is set back to Linux's own, as `tcprove compare` does.
SETS = ("net.ipv4.tcp_congestion_control=cubic",)
VARIANTS = "ipv4,ipv6,ipv4-mapped-ipv6"
COLUMNS = ("test", "variant", "script", "outcome", "signature", "end_us", "calls", "info")
KNOBS = (
    "tcp_sack", "tcp_timestamps", "tcp_window_scaling", "tcp_ecn", "tcp_fastopen", "tcp_congestion_control",
    "tcp_dsack", "tcp_rmem", "tcp_wmem", "tcp_retries1", "tcp_retries2", "tcp_syn_retries", "tcp_synack_retries",
    "tcp_fin_timeout",
    "tcp_keepalive_time", "tcp_recovery", "tcp_early_retrans", "tcp_frto", "tcp_min_tso_segs",
    "tcp_challenge_ack_limit", "tcp_mtu_probing", "ip_no_pmtu_disc",
)


def record(words, captures, folder, jobs=()):
    """Runs and returns the records, by (test, variant)."""
    results = folder / "results.jsonl"
    done = subprocess.run([TCPROVE, "run", "--target", "linux", "--variants", VARIANTS, "--pcap-dir", captures,
                           "--json", results, *(f"--set={word}" for word in SETS), *jobs, *words],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise Stop(f"tcprove run --target linux ended with {done.returncode}:\n{done.stderr}{done.stdout[-2000:]}")
    records = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return {(r["id"], r["variant"]): r for r in records}


def repeat_alone(records, captures, folder):
    for _ in range(ALONE):
        failed = [f"{name}@{variant}" for (name, variant), r in records.items() if r["outcome"] not in ("pass", "n/a")]
        if failed:
            records.update(record(failed, captures, folder, ("-j", "1")))


def knob(name):
    path = Path("/proc/sys/net/ipv4") / name
    return " ".join(path.read_text(encoding="utf-8").split()) if path.exists() else "not there"


def meta(records, size):
    version = subprocess.run([TCPROVE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    lines = [f"uname\t{platform.system()} {platform.release()} {platform.machine()}", f"tool\t{version}",
             f"scripts\tclock:live-safe, variants {VARIANTS}",
             *(f"set\t{word}" for word in SETS), f"runs\t{len(records)}", f"bytes\t{size}"]
    return "".join(f"{line}\n" for line in lines + [f"net.ipv4.{name}\t{knob(name)}" for name in KNOBS])


def compared_fields():
    """The names of TCP_INFO that `tcprove compare` looks at: nothing else is worth its bytes."""
    text = (ROOT / "conformance/compare/info.def").read_text(encoding="utf-8")
    return set(re.findall(r"^[A-Z]+\((\w+)", text, re.MULTILINE))


def kept(info, fields):
    return " ".join(word for word in (info or "").split() if word.partition("=")[0] in fields)


def names():
    scripts = ROOT / "conformance/scripts"
    return [str(path.relative_to(scripts).with_suffix("")) for path in scripts.rglob("*.pkt")]


def mark(name):
    """FNV-1a of 64 bits over the script (conformance/compare/golden.h): one that changed later is left out."""
    value = 0xcbf29ce484222325
    for byte in (ROOT / f"conformance/scripts/{name}.pkt").read_bytes():
        value = (value ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return f"{value:016x}"


def outcomes(records, marks):
    fields = compared_fields()
    rows = [(*key, marks[key[0]], r["outcome"], r["signature"], str(r["virtual_us"]), r.get("calls") or "",
             kept(r.get("info"), fields))
            for key, r in sorted(records.items())]
    return "".join("\t".join(row) + "\n" for row in (COLUMNS, *rows))


def put(captures, records, marks, target):
    """The new golden takes the place of the old one; the folder's README stays."""
    size = sum(path.stat().st_size for path in captures.rglob("*.pcapng"))
    if size > LIMIT_BYTES:
        large = sorted(captures.rglob("*.pcapng"), key=lambda path: -path.stat().st_size)[:LARGEST]
        names = "".join(f"\n  {path.stat().st_size} {path.relative_to(captures)}" for path in large)
        raise Stop(f"the captures have {size} bytes, a golden may have {LIMIT_BYTES}; the largest:{names}")
    for old in target.iterdir() if target.exists() else ():
        if old.is_dir():
            shutil.rmtree(old)
    shutil.copytree(captures, target, dirs_exist_ok=True)
    (target / "outcomes.tsv").write_text(outcomes(records, marks), encoding="utf-8")
    (target / "META").write_text(meta(records, size), encoding="utf-8")
    return size


def verb_golden(args):
    if len(args) > 1:
        raise Stop("golden takes at most the folder to write")
    packages.need("golden")
    build("release", ["tcprove"])
    release = ".".join(os.uname().release.split("-")[0].split(".")[:2])
    target = Path(args[0]).resolve() if args else ROOT / f"conformance/golden/linux-{release}"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        marks = {name: mark(name) for name in names()}
        records = record(["clock:live-safe"], folder / "captures", folder)
        repeat_alone(records, folder / "captures", folder)
        size = put(folder / "captures", records, marks, target)
    passed = sum(r["outcome"] == "pass" for r in records.values())
    print(f"{target}: {len(records)} runs, {passed} pass, {size} bytes")
    return 0
