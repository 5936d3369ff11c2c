#!/usr/bin/python3
"""The round trip of captures: scripts run on this machine's kernel with a capture of each run, every capture is turned
into scripts (tcprove import, which also runs them on the reference stack), and these run on the kernel again.

    tools/peer/roundtrip.py [WORD...] [--captures FOLDER] [--keep FOLDER] [--again N] [--no-live] [-j N]

WORDs choose scripts as for `tcprove run` (default: all). With --captures nothing is recorded: the folder's captures are
used, whoever made them; of each connection the end with tcprove's usual local address is the stack under test, else the
end that --side or the file's name says (NAME-client.pcap, as tools/peer/traffic.py makes them). --keep leaves captures
and scripts there. A script that fails on the kernel is repeated up to N times alone (default 2): a live clock is not
always in time.

A capture counts as good when it gives at least one script and all its scripts pass. One in which the stack under test
never speaks, or without any TCP, is told but not counted.

Exit status: 0 at least 95 % good on Linux and 90 % on the reference stack; 1 not so; 2 wrong usage.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from packetdrill import TCPROVE

LINUX_WANTED, REF_WANTED = 0.95, 0.90
LOCAL = {"ipv4": "192.168.0.1", "ipv4-mapped-ipv6": "192.168.0.1", "ipv6": "fd3d:0a0b:17d6::1"}


def run(*words):
    return subprocess.run([TCPROVE, *words], capture_output=True, text=True, check=False)


def record(words, captures, jobs):
    done = run("run", "--target=linux", *jobs, "--pcap-dir", captures, "-q", *words)
    if done.returncode not in (0, 1):
        sys.exit(f"recording failed: {done.stderr}{done.stdout[-500:]}")
    print("recorded: " + done.stdout.strip().splitlines()[-2])


def end_of(path, side):
    """The words that say which end is the stack under test."""
    variant, named = path.stem.rpartition("@")[2], path.stem.rpartition("-")[2]
    if side or named in ("client", "server"):
        return ["--side", side or named]
    return ["--local", LOCAL.get(variant, LOCAL["ipv4"])]


def imported(path, folder, side):
    """The entries of one capture, as tcprove import tells them; none: it has no TCP for us."""
    done = run("import", path, *end_of(path, side), "-o", folder, "--json=-", "-q")
    if not done.stdout.strip():
        return [], done.stderr.strip()
    return json.loads(done.stdout)["scripts"], done.stderr.strip()


def live(paths, folder, jobs, again):
    """{script path: message, None when it passed} on this kernel."""
    said = {}
    for round_ in range(again + 1):
        todo = [p for p in paths if round_ == 0 or said.get(p)]
        if not todo:
            break
        results = folder / f"live-{round_}.jsonl"
        run("run", "--target=linux", *(jobs if round_ == 0 else ["-j1"]), "--json", results, "-q", *todo)
        for line in results.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            said[os.path.realpath(row["path"])] = None if row["outcome"] == "pass" else row["message"] or row["outcome"]
    return said


class Count:
    """Captures by what came of them."""

    def __init__(self):
        self.captures = self.silent = self.refused = self.ref = self.live = self.scripts = 0
        self.strict, self.why = collections.Counter(), collections.Counter()

    def add(self, name, entries, note, said):
        made = [e for e in entries if "script" in e]
        broken = any("script" not in e and "refused" not in e for e in entries)
        for e in entries:
            if "refused" in e:
                self.why[e["refused"]] += 1
        if not made and all("no packet of this end" in e.get("refused", "") for e in entries):
            self.silent += 1
            return
        self.captures += 1
        self.scripts += len(made)
        self.refused += not made
        if broken:
            print(f"{name}: {note}")
            return
        self.ref += bool(made) and all(e["reproduced"] for e in made)
        self.live += bool(made) and all(said.get(os.path.realpath(e["script"]), "not run") is None for e in made)
        for e in made:
            self.strict[e["relaxed"] or "exact"] += 1
        if not made:
            print(f"{name}: no script: {next((e['refused'] for e in entries if 'refused' in e), note)}")

    def text(self, with_live):
        share = lambda n: f"{n} of {self.captures} ({100 * n / max(self.captures, 1):.1f} %)"
        lines = [f"captures {self.captures}, scripts {self.scripts}, without a script {self.refused}; "
                 f"{self.silent} more in which the stack never speaks"]
        lines += [f"  connections refused: {n} x {why}" for why, n in self.why.most_common()]
        lines += [f"  scripts: {n} x {how}" for how, n in self.strict.most_common()]
        lines.append(f"reproduce on the reference stack: {share(self.ref)}")
        if with_live:
            lines.append(f"pass on Linux: {share(self.live)}")
        return "\n".join(lines)


def tell(entries, said, root):
    for e in entries:
        if "script" not in e:
            continue
        name = os.path.relpath(e["script"], root)
        if not e["reproduced"]:
            print(f"{name}: refstack: {e['message']}")
        if said.get(os.path.realpath(e["script"])):
            print(f"{name}: Linux: {said[os.path.realpath(e['script'])]}")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("words", nargs="*", help="scripts to record")
    args.add_argument("--captures", type=pathlib.Path, help="use the captures of this folder, record nothing")
    args.add_argument("--side", choices=["client", "server", "both"], help="of captures that tcprove did not make")
    args.add_argument("--keep", type=pathlib.Path, help="folder for captures and scripts")
    args.add_argument("--again", type=int, default=2, help="repetitions of scripts that fail on the kernel (default 2)")
    args.add_argument("--no-live", action="store_true", help="do not run the scripts on the kernel")
    args.add_argument("-j", type=int, help="live runs at once")
    opts = args.parse_args()
    jobs = [f"-j{opts.j}"] if opts.j else []
    with tempfile.TemporaryDirectory() as place:
        folder = (opts.keep or pathlib.Path(place)).resolve()
        captures, scripts = opts.captures or folder / "captures", folder / "scripts"
        scripts.mkdir(parents=True, exist_ok=True)
        if not opts.captures:
            record(opts.words, captures, jobs)
        start = time.monotonic()
        table = []
        for path in sorted(p for end in ("*.pcapng", "*.pcap") for p in captures.rglob(end)):
            home = scripts / path.parent.relative_to(captures)
            home.mkdir(parents=True, exist_ok=True)
            table.append((path.relative_to(captures), *imported(path, home, opts.side)))
        print(f"imported {len(table)} captures in {time.monotonic() - start:.0f} s")
        made = [os.path.realpath(e["script"]) for _, entries, _ in table for e in entries if "script" in e]
        said = {} if opts.no_live or not made else live(made, folder, jobs, opts.again)
        count = Count()
        for name, entries, note in table:
            tell(entries, said, scripts)
            count.add(name, entries, note, said)
    print(count.text(not opts.no_live))
    ref, linux = count.ref >= REF_WANTED * count.captures, count.live >= LINUX_WANTED * count.captures
    return 0 if count.captures and ref and (linux or opts.no_live) else 1


if __name__ == "__main__":
    sys.exit(main())
