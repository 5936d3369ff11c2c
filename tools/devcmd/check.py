"""`check`: everything CI checks, and `fmt`. Each step is a row (name, count, seconds); in the end all are added up."""

import json
import os
import re
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import doctor
import live
import live_audit
import packages
from steps import BUILD, JOBS, ROOT, Count, Done, Stop, Table, call, capture, count_pytest, last_summary, try_build

SANITIZER_ENV = {
    "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}
LIVE_MB = 16
LATE_US = "250"  # what a real clock adds on a machine that is not idle
LIVE_EXPECT = ROOT / "conformance/expect/linux.expect"
SKIPPED = re.compile(r"^SKIPPED|: skipped: ")  # how pytest, check.h and the steps below tell a skip
FORMATTER = "clang-format-19"


def sources():
    parts = [ROOT / part for part in ("stack", "conformance", "fuzz", "tools")]
    return sorted(p for part in parts for p in part.rglob("*.[ch]") if "fixtures" not in p.parts)


def verb_fmt(args):
    packages.need("fmt")
    mode = ["--dry-run", "--Werror"] if args == ["--check"] else ["-i"]
    if args and args != ["--check"]:
        raise Stop(f"fmt takes only --check, not {' '.join(args)}")
    return call([FORMATTER, "--style=file", *mode, *sources()])


def deep_tidy():
    """clang-tidy over everything that preset dev compiles, tests and benchmark left out."""
    packages.need("tidy")
    if try_build("dev").status != 0:
        raise Stop("the build of preset dev fails; see tools/dev build dev")
    with open(BUILD / "dev/compile_commands.json", encoding="utf-8") as file:
        files = sorted({entry["file"] for entry in json.load(file)})
    ours = [path for path in files if "/test/" not in path and "/tools/" not in path]
    command = ["xargs", "-0", "-n", "8", "-P", JOBS, "clang-tidy-19", "--quiet", "-p", BUILD / "dev"]
    return call(command, "\0".join(ours))


def one(done, count=None):
    """The count of a command: what it said, and at least one failure when its status is not zero."""
    if count is None:
        return Count(1, 0) if done.status == 0 else Count(0, 1)
    if done.status != 0 and count.failed == 0:
        return Count(count.passed, 1, count.skipped)
    return count


def count_junit(path):
    """Adds up a ctest run. A program that prints "N passed, N failed" counts with that; any other counts as one test.
    Also returns the output of those that failed, and why any were skipped."""
    total, words = Count(), []
    for case in ET.parse(path).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        good = case.get("status") == "run"
        inner = last_summary(output)
        words += [f"{case.get('name')}: {line}" for line in output.splitlines() if line.startswith("skipped: ")]
        if good:
            total += inner if inner and inner.failed == 0 else Count(1, 0)
        else:
            total += inner if inner and inner.failed else Count(0, 1)
            words.append(f"--- {case.get('name')}\n{output}")
    return total, "\n".join(words)


def ctest(preset):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "ctest.xml"
        done = capture(["ctest", "--test-dir", BUILD / preset, "-j", JOBS, "--output-junit", report, "--no-tests=error",
                        "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000"],
                       env={**os.environ, **SANITIZER_ENV})
        if not report.exists():
            return done, Count(0, 1)
        count, words = count_junit(report)
        done.output = words
        return done, judge_skips(one(done, count), doctor.live_lacks(), done)


NOT_HERE = {
    "lax": "is lax: a SHOULD is not followed",
    "n/a": "is not applicable: the reference stack must be able to run every shipped script",
}


def count_results(lines):
    """Adds up result records: as expected is passed, anything else is failed. So is a SHOULD that is not followed (lax)
    and a run that is not applicable: our own stack runs and follows every one of the shipped scripts."""
    total = Count()
    for line in lines:
        record = json.loads(line)
        bad = record["surprise"] is not None or record["outcome"] in ("error", "unsteady", *NOT_HERE)
        total += Count(0, 1) if bad else Count(1, 0)
    return total


def not_here(lines):
    """What to say of runs that are no surprise to tcprove and yet count as failed here."""
    records = [json.loads(line) for line in lines]
    return [f"{r['id']} @{r['variant']} {NOT_HERE[r['outcome']]}" for r in records if r["outcome"] in NOT_HERE]


def scripts(preset, *words):
    """Every shipped script in every variant on the reference stack, or those of the words."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        done = capture([BUILD / preset / "bin/tcprove", "run", "-j", JOBS, "--json", results, *words],
                       env={**os.environ, **SANITIZER_ENV})
        lines = results.read_text().splitlines() if results.exists() else []
        count = count_results(lines) if lines else Count(0, 1)
        done.output += "".join(f"{line}\n" for line in not_here(lines))
        return done, one(done, count)


def pytest(folder):
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = capture([sys.executable, "-B", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", folder], env=env)
    count = one(done, count_pytest(done.output) or Count(0, 1))
    return done, judge_skips(count, doctor.live_lacks(), done)


def judge_skips(count, lacks, done):
    """A skip is right only where the machine cannot do what the test needs. Where it lacks nothing, a skip hides
    something, and counts as failed."""
    if count.skipped == 0 or lacks:
        return count
    done.output += f"{count.skipped} skipped although this machine lacks nothing (see the reasons above)\n"
    return Count(count.passed, count.failed + count.skipped)


def simple(command):
    done = capture(command)
    return done, one(done)


def format_check():
    return simple([FORMATTER, "--style=file", "--dry-run", "--Werror", *sources()])


def built(preset):
    done = try_build(preset)
    return done, one(done)


def live_stack():
    """The reference stack against this kernel's TCP, with a small file."""
    lacks = doctor.live_lacks()
    if lacks:
        return Done(0, f"SKIPPED live stack: this machine lacks {', '.join(lacks)}\n"), Count(0, 0, 1)
    return live.step(LIVE_MB)


def live_scripts():
    """Our own scripts that are safe on a real clock, on this machine's kernel; user namespaces do instead of root."""
    lacks = [what for what in doctor.live_lacks() if what != "root"]
    if lacks:
        return Done(0, f"SKIPPED live scripts: this machine lacks {', '.join(lacks)}\n"), Count(0, 0, 1)
    doctor.allow_cubic()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        done = capture([BUILD / "release/bin/tcprove", "run", "--target", "linux", "--variants", "ipv4", "--quiet",
                        "--expect", LIVE_EXPECT, "--json", results, "clock:live-safe"])
        lines = results.read_text().splitlines() if results.exists() else []
        count = count_live(lines) if lines else Count(0, 1)
        done.output += "".join(f"SKIPPED {line}\n" for line in unsteady(lines))
        return done, one(done, count) if count.failed or done.status > 1 else count


def count_live(lines):
    """Adds up records of a real kernel: as expected is passed, not applicable and unsteady (the machine was too busy to
    tell) are skipped, anything else is failed."""
    total = Count()
    for line in lines:
        record = json.loads(line)
        if record["outcome"] in ("n/a", "unsteady"):
            total += Count(0, 0, 1)
        else:
            total += Count(0, 1) if record["surprise"] is not None else Count(1, 0)
    return total


def unsteady(lines):
    records = [json.loads(line) for line in lines]
    return [f"{r['id']} @{r['variant']}: {r['message']}" for r in records if r["outcome"] == "unsteady"]


def plan():
    """(name, what to run, the step that must have passed before or None), in order: the fast ones first."""
    python = [sys.executable, "-B"]
    steps = [
        ("tidy", lambda: simple([*python, "tools/tidy/tidy.py"]), None),
        ("format", format_check, None),
        ("seeds and vectors", lambda: simple([*python, "tools/seed/seed.py", "--check"]), None),
    ]
    for preset in ("release", "asan"):
        name = f"build {preset}"
        steps += [
            (name, lambda p=preset: built(p), None),
            (f"unit and replay {preset}", lambda p=preset: ctest(p), name),
            (f"scripts {preset}", lambda p=preset: scripts(p), name),
        ]
    late = ("--late", LATE_US, "clock:live-safe")
    steps.append(("scripts that come late", lambda: scripts("release", *late), "build release"))
    steps.append(("tools tests", lambda: pytest("tools/test"), "build release"))
    steps.append(("end to end", lambda: pytest("conformance/test/e2e"), "build release"))
    steps.append(("live stack", live_stack, "build release"))
    steps.append(("live audit", live_audit.step, "build release"))
    steps.append(("live scripts", live_scripts, "build release"))
    return steps


def verb_check(args):
    if args:
        raise Stop(f"check takes no arguments, not {' '.join(args)}")
    packages.need("check")
    table = Table()
    for name, run, after in plan():
        start = time.monotonic()
        broken = after and any(row == after and not count.good() for row, count, _ in table.rows)
        done, count = (Done(1, f"not run: {after} failed"), Count(0, 1)) if broken else run()
        seconds = time.monotonic() - start
        table.add(name, count, seconds)
        print(f"{'ok  ' if count.good() else 'FAIL'} {name}: {count.line()} ({seconds:.1f} s)", flush=True)
        if not count.good():
            print(done.output.rstrip(), flush=True)
        elif count.skipped:
            print("\n".join(line for line in done.output.splitlines() if SKIPPED.search(line)), flush=True)
    total = table.total()
    print(f"\n{table.text()}\n\n{total.line()}")
    return 0 if total.good() and all(count.good() for _, count, _ in table.rows) else 1
