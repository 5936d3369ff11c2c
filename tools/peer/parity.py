#!/usr/bin/python3
"""Runs a folder of scripts with an existing packetdrill binary and with `tcprove run --target linux`, both serially on
the live kernel, and compares the verdicts and the lines that fail.

    tools/peer/parity.py /path/to/packetdrill FOLDER [--keep DIR] [--again N] [--cpus A,B] [--json FILE]
    tools/peer/parity.py --parallel 3 FOLDER [--keep DIR] [--most SECONDS] [--json FILE]

Which variants a script runs in is what packetdrill's own runners do. The headline is one plain pass of each tool. The
runs that differ are then repeated N times with both tools: that tells which of them flip in one tool, and which of
them differ always; it changes nothing in the headline. DIR keeps the answers of both passes: an interrupted command
goes on where it stopped, and a file that is whole is not run again. With --cpus both passes go at the same time, each
on a processor of its own: in half the time, but a processor that sleeps ticks otherwise than a busy one, and the few
runs whose verdict hangs on one tick may come out otherwise. Needs root (namespaces, a TUN device).

With --parallel it needs no packetdrill: one serial pass of `tcprove run --target linux` and N with as many runs at once
as it likes, and a table of every run whose verdict is not the same in all. A kept serial pass is not made again.

Exit status: 0 at least 478 of 481 verdicts (99.37 %) and 95 % of the failing lines agree (--parallel:
all verdicts, and no parallel pass took longer than --most, 120 s); 1 not so; 2 wrong usage.
"""
import argparse
import json
import os
import pathlib
import sys
import threading
import time

from passes import Kept, Ours, Theirs, go, runs_of

VERDICTS_WANTED, LINES_WANTED = 478 / 481, 0.95
ALLOWED = "net.ipv4.tcp_allowed_congestion_control"


# ---------- counting ----------

def compare(runs, mine, peer):
    """Which runs differ in the verdict, and of those that fail in both, which differ in the line."""
    verdicts = [run for run in runs if mine[run]["verdict"] != peer[run]["verdict"]]
    fails = [run for run in runs if mine[run]["verdict"] == peer[run]["verdict"] == "fail"]
    return verdicts, fails, [run for run in fails if mine[run]["line"] != peer[run]["line"]]


def key_of(answer):
    return answer["verdict"] if answer["verdict"] == "pass" else f"fail line {answer['line']}"


def seen_of(answers):
    """{"pass": 2, "fail line 7": 1}"""
    found = {}
    for answer in answers:
        found[key_of(answer)] = found.get(key_of(answer), 0) + 1
    return found


def settled(mine, peer):
    """What repetitions say of a run that differs: "one tool flips" if what they saw has something in common."""
    return "flips" if set(mine) & set(peer) else "differs each time"


def good(runs, verdicts, fails, lines):
    return (len(runs) - len(verdicts) >= VERDICTS_WANTED * len(runs)
            and len(fails) - len(lines) >= LINES_WANTED * len(fails))


# ---------- running ----------

class Progress:
    """A line that is written over on a terminal; elsewhere a line for each tenth."""

    def __init__(self):
        self.tenth, self.lock, self.texts = {}, threading.Lock(), {}

    def __call__(self, name, finished, total):
        with self.lock:
            self.texts[name] = f"{name} {finished} of {total}"
            text = ", ".join(self.texts.values())
            if sys.stderr.isatty():
                print(f"\r{text}", end="\n" if finished == total else "", file=sys.stderr, flush=True)
            elif self.tenth.get(name) != 10 * finished // max(1, total):
                self.tenth[name] = 10 * finished // max(1, total)
                print(text, file=sys.stderr, flush=True)


def both(tools, runs, keeps, at_once):
    tell, broken = Progress(), []

    def one(tool, kept):
        try:
            go(tool, runs, kept, tell)
        except Exception as error:  # pylint: disable=broad-except — told by the thread that waits
            broken.append(error)

    threads = [threading.Thread(target=one, args=pair) for pair in zip(tools, keeps)]
    for thread in threads:
        thread.start()
        if not at_once:
            thread.join()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def repeat(tools, run, keeps, times):
    """What both tools said of a run, first time included: two of {"pass": 2, ...}."""
    rows = [[kept.answers[run]] for kept in keeps]
    for _ in range(times):
        for tool, row in zip(tools, rows):
            row += [answer for _, answer in tool.answers([run])]
    return [seen_of(row) for row in rows]


# ---------- telling ----------

def name_of(run, root):
    return f"{os.path.relpath(run[0], root)} @{run[1]}"


def tell(run, root, keeps, note):
    print(f"{name_of(run, root)}{note}")
    for name, kept in zip(("packetdrill", "tcprove"), keeps):
        a = kept.answers[run]
        late = f" (late {a['late_us']} us)" if a["late_us"] else ""
        print(f"    {name:<11} {a['verdict']}: {a['said']}{late}")


def as_json(runs, root, keeps, found, repeated):
    verdicts, fails, lines = found
    return {
        "runs": len(runs), "verdicts_agree": len(runs) - len(verdicts), "both_fail": len(fails),
        "lines_agree": len(fails) - len(lines), "good": good(runs, *found),
        "passes": {name: sum(kept.answers[run]["verdict"] == "pass" for run in runs)
                   for name, kept in zip(("packetdrill", "tcprove"), keeps)},
        "seconds": {name: round(kept.seconds(), 1) for name, kept in zip(("packetdrill", "tcprove"), keeps)},
        "differ": [{"run": name_of(run, root), "what": "verdict" if run in verdicts else "line",
                    "packetdrill": keeps[0].answers[run], "tcprove": keeps[1].answers[run],
                    "repeated": repeated.get(run)} for run in [*verdicts, *lines]],
    }


def report(runs, root, keeps, tools, opts):
    found = compare(runs, keeps[1].answers, keeps[0].answers)
    verdicts, fails, lines = found
    repeated = {}
    for run in [*verdicts, *lines]:
        note = "" if run in verdicts else ": another line"
        if opts.again:
            theirs, ours = repeat(tools, run, keeps, opts.again)
            repeated[run] = {"packetdrill": theirs, "tcprove": ours, "settled": settled(ours, theirs)}
            note += f" [{repeated[run]['settled']}: packetdrill {theirs}, tcprove {ours}]"
        tell(run, root, keeps, note)
    numbers = as_json(runs, root, keeps, found, repeated)
    if opts.json:
        opts.json.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    print(f"{len(runs)} runs; packetdrill {numbers['seconds']['packetdrill']:.0f} s, "
          f"tcprove {numbers['seconds']['tcprove']:.0f} s")
    print(f"packetdrill passes {numbers['passes']['packetdrill']}, tcprove {numbers['passes']['tcprove']}")
    print(f"verdicts agree: {numbers['verdicts_agree']} of {len(runs)}; "
          f"failing lines agree: {numbers['lines_agree']} of {len(fails)}")
    if repeated:
        flips = sum(row["settled"] == "flips" for row in repeated.values())
        print(f"of the {len(repeated)} that differ, repeated {opts.again} times: {flips} flip, "
              f"{len(repeated) - flips} differ each time")
    return 0 if numbers["good"] else 1


# ---------- serial and parallel ----------

def timed(tool, runs, kept):
    """Makes what is missing of a pass; its seconds from start to end, None if some of it was there."""
    whole, start = len(kept.missing(runs)) == len(runs), time.monotonic()
    go(tool, runs, kept, Progress())
    return round(time.monotonic() - start, 1) if whole else None


def flips_of(runs, passes):
    """The runs whose verdicts are not the same in all passes."""
    return [run for run in runs if len({answers[run]["verdict"] for answers in passes}) > 1]


def parallel(runs, opts):
    """The serial pass and the parallel ones: 0 when no verdict differs and none took too long."""
    names = ["serial", *(f"parallel {i + 1}" for i in range(opts.parallel))]
    keeps = [Kept(opts.keep and opts.keep / f"{name.replace(' ', '-')}.jsonl") for name in names]
    tools = [Ours(opts.limit), *(Ours(opts.limit, None) for _ in names[1:])]
    seconds = [timed(tool, runs, kept) for tool, kept in zip(tools, keeps)]
    flips = flips_of(runs, [kept.answers for kept in keeps])
    for run in flips:
        print(name_of(run, opts.folder))
        for name, kept in zip(names, keeps):
            answer = kept.answers[run]
            print(f"    {name:<11} {answer['verdict']} after {answer['tries']} tries: {answer['said']}")
    for name, kept, took in zip(names, keeps, seconds):
        counts = {}
        for answer in kept.answers.values():
            counts[answer["verdict"]] = counts.get(answer["verdict"], 0) + 1
        told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        repeated = sum(answer["tries"] > 1 for answer in kept.answers.values())
        print(f"{name:<11} {f'{took:.1f} s' if took is not None else 'kept'}: {told}; {repeated} repeated")
    slow = [took for took in seconds[1:] if took is not None and took > opts.most]
    print(f"verdicts that differ: {len(flips)} of {len(runs)}; "
          f"parallel passes of more than {opts.most:g} s: {len(slow)}")
    if opts.json:
        numbers = {"runs": len(runs), "seconds": dict(zip(names, seconds)), "good": not flips and not slow,
                   "flips": [{"run": name_of(run, opts.folder),
                              **{name: kept.answers[run] for name, kept in zip(names, keeps)}} for run in flips]}
        opts.json.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    return 1 if flips or slow else 0


# ---------- the command ----------

def warn_about_cubic():
    path = pathlib.Path("/proc/sys") / ALLOWED.replace(".", "/")
    if path.exists() and "cubic" not in path.read_text(encoding="utf-8").split():
        print(f"note: namespaces may not choose cubic here, so many scripts fail; as root: "
              f"sysctl -w {ALLOWED}=\"reno cubic bbr\"", file=sys.stderr)


def command_line():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary", nargs="?", help="an existing packetdrill binary; not with --parallel")
    args.add_argument("folder", help="scripts, for example gtests/net/tcp of packetdrill's own tree")
    args.add_argument("--parallel", type=int, default=0, metavar="N", help="N parallel passes beside a serial one")
    args.add_argument("--most", type=float, default=120, help="seconds that a parallel pass may take (default 120)")
    args.add_argument("--again", type=int, default=3, help="repetitions of runs that differ (default 3)")
    args.add_argument("--keep", type=pathlib.Path, help="folder that keeps the answers of both passes")
    args.add_argument("--only", default="", help="only runs whose path or variant has this in it")
    args.add_argument("--limit", type=int, default=180, help="seconds for each run (default 180)")
    args.add_argument("--cpus", help="A,B: both passes at once, packetdrill on processor A, tcprove on B")
    args.add_argument("--json", type=pathlib.Path, help="file for the numbers and every difference")
    args.add_argument("-j", type=int, default=1, help="tcprove's runs at once (default 1: serial)")
    opts = args.parse_args()
    opts.folder = pathlib.Path(opts.folder).resolve()
    if (opts.binary is None) != (opts.parallel > 0):
        args.error("one of both: a packetdrill binary, or --parallel N")
    opts.binary = opts.binary and pathlib.Path(opts.binary).resolve()
    if (opts.binary and not os.access(opts.binary, os.X_OK)) or not opts.folder.exists():
        args.error(f"{opts.binary} is not a program, or {opts.folder} is not there")
    try:
        opts.cpus = [int(word) for word in opts.cpus.split(",")] if opts.cpus else [None, None]
        first, second = opts.cpus
        if first is not None and first == second:
            raise ValueError
    except ValueError:
        args.error("--cpus takes two processors, such as 0,1")
    return opts


def main():
    opts = command_line()
    warn_about_cubic()
    runs = [run for run in runs_of(opts.folder) if opts.only in f"{run[0]}@{run[1]}"]
    if not runs:
        print("no script there fits", file=sys.stderr)
        return 2
    files = [None, None]
    if opts.keep:
        opts.keep.mkdir(parents=True, exist_ok=True)
    if opts.parallel:
        return parallel(runs, opts)
    if opts.keep:
        files = [opts.keep / "packetdrill.jsonl", opts.keep / "tcprove.jsonl"]
    keeps = [Kept(file) for file in files]
    tools = [Theirs(opts.binary, opts.limit, opts.cpus[0]), Ours(opts.limit, opts.j, opts.cpus[1])]
    both(tools, runs, keeps, opts.cpus[0] is not None)
    tools = [Theirs(opts.binary, opts.limit), Ours(opts.limit)]  # repetitions are alone
    return report(runs, opts.folder, keeps, tools, opts)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
