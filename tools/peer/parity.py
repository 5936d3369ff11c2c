#!/usr/bin/python3
"""Runs a folder of scripts with an existing packetdrill binary and with `tcprove run --target linux`, both one after
the other on the live kernel, and compares the verdicts and the lines that fail.

    tools/peer/parity.py /path/to/packetdrill FOLDER [--again N] [--theirs FILE] [-j N]

Which variants a script runs in is what packetdrill's own runners do (tcprove has the same rule). A run whose verdicts
differ is repeated N times with both tools; it then counts as agreeing if one of them gave both verdicts. FILE
keeps packetdrill's answers: it is read if it is there, written if not. Needs root (namespaces, a TUN device).

Exit status: 0 at least 478 of 481 verdicts (99.37 %) and 95 % of the failing lines agree; 1 not so; 2 wrong usage.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from packetdrill import TCPROVE, packetdrill

VERDICTS_WANTED, LINES_WANTED = 478 / 481, 0.95
LIMIT = "net.ipv4.tcp_allowed_congestion_control"


def line_of(message, script):
    """The number behind the script's name at the start of a message; None: it names no line."""
    found = re.match(r"(?:.*/)?" + re.escape(pathlib.Path(script).name) + r":(\d+):", message or "")
    return int(found.group(1)) if found else None


def ours(words, jobs=1):
    """{(script, variant): record} of one tcprove run, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "ours.jsonl"
        start = time.monotonic()
        subprocess.run([TCPROVE, "run", "--target=linux", f"-j{jobs}", "--json", record, *words],
                       stdout=subprocess.DEVNULL, check=False)
        seconds = time.monotonic() - start
        if not record.exists():
            sys.exit(f"{TCPROVE} wrote no record: build first (tools/dev build release)")
        rows = [json.loads(text) for text in record.read_text().splitlines()]
    table = {}
    for row in rows:
        script = str(pathlib.Path(row["path"]).resolve())
        table[script, row["variant"]] = {"verdict": "pass" if row["outcome"] == "pass" else "fail",
                                         "line": line_of(row["message"], script), "said": row["message"] or "",
                                         "late_us": row.get("late_us", 0)}
    return table, seconds


def theirs(binary, jobs):
    table = {}
    start = time.monotonic()
    for number, (script, variant) in enumerate(jobs, 1):
        status, error = packetdrill(binary, pathlib.Path(script), variant, parse_only=False)
        verdict = "fail" if status else "pass"
        table[script, variant] = {"verdict": verdict, "line": line_of(error, script), "said": error}
        if sys.stderr.isatty():
            print(f"\r{number} of {len(jobs)}", end="", file=sys.stderr, flush=True)
    return table, time.monotonic() - start


def remembered(path, binary, jobs):
    """packetdrill's answers, from the file if it is there."""
    if path and path.exists():
        kept = json.loads(path.read_text())
        return {tuple(row[:2]): row[2] for row in kept["rows"]}, kept["seconds"]
    table, seconds = theirs(binary, jobs)
    if path:
        path.write_text(json.dumps({"seconds": seconds, "rows": [[*key, row] for key, row in table.items()]}))
    return table, seconds


def tell(job, mine, peer, root, note=""):
    script, variant = job
    print(f"{os.path.relpath(script, root)} @{variant}{note}\n    packetdrill {peer['verdict']}: {peer['said']}\n"
          f"    tcprove     {mine['verdict']}: {mine['said']} (late {mine['late_us']} us)")


def settle(binary, job, peer, mine, rounds):
    """Repeats a run whose verdicts differ. True if packetdrill gave both verdicts, or tcprove did."""
    seen_peer, seen_mine = {peer["verdict"]}, {mine["verdict"]}
    for _ in range(rounds):
        again, _ = theirs(binary, [job])
        own, _ = ours([f"{job[0]}@{job[1]}"])
        seen_peer.add(again[job]["verdict"])
        seen_mine.add(own[job]["verdict"])
    return len(seen_peer) > 1 or len(seen_mine) > 1


def warn_about_cubic():
    path = pathlib.Path("/proc/sys") / LIMIT.replace(".", "/")
    if path.exists() and "cubic" not in path.read_text().split():
        print(f"note: namespaces may not choose cubic here, so many scripts fail; as root: "
              f"sysctl -w {LIMIT}=\"reno cubic bbr\"", file=sys.stderr)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary", help="an existing packetdrill binary")
    args.add_argument("folder", help="scripts, for example gtests/net/tcp of packetdrill's own tree")
    args.add_argument("--again", type=int, default=2, help="repetitions of runs whose verdicts differ (default 2)")
    args.add_argument("--theirs", type=pathlib.Path, help="file that keeps packetdrill's answers")
    args.add_argument("-j", type=int, default=1, help="tcprove's runs at once (default 1: serial)")
    opts = args.parse_args()
    binary, root = pathlib.Path(opts.binary).resolve(), pathlib.Path(opts.folder).resolve()
    if not os.access(binary, os.X_OK) or not root.exists():
        args.error(f"{binary} is not a program, or {root} is not there")
    warn_about_cubic()

    mine, own_seconds = ours([str(root)], opts.j)
    jobs = sorted(mine)
    peer, peer_seconds = remembered(opts.theirs, binary, jobs)
    verdicts, fails, lines = 0, 0, 0
    for job in jobs:
        a, b = mine[job], peer[job]
        if a["verdict"] != b["verdict"]:
            steady = not settle(binary, job, b, a, opts.again)
            verdicts += not steady
            tell(job, a, b, root, "" if steady else " (not the same each time)")
            continue
        verdicts += 1
        if a["verdict"] == "fail":
            fails += 1
            lines += a["line"] == b["line"]
            if a["line"] != b["line"]:
                tell(job, a, b, root, ": another line")
    print(f"{len(jobs)} runs; packetdrill {peer_seconds:.0f} s, tcprove {own_seconds:.0f} s")
    print(f"packetdrill passes {sum(r['verdict'] == 'pass' for r in peer.values())}, "
          f"tcprove {sum(r['verdict'] == 'pass' for r in mine.values())}")
    print(f"verdicts agree: {verdicts} of {len(jobs)}; failing lines agree: {lines} of {fails}")
    return 0 if verdicts >= VERDICTS_WANTED * len(jobs) and lines >= LINES_WANTED * fails else 1


if __name__ == "__main__":
    sys.exit(main())
