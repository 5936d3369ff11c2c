"""`cover`: which lines and branches of a part the unit tests and the shipped scripts reach (clang's source-based
coverage).

The figure says what was never run; it says nothing about what was checked. `mutants` does."""

import json
import os
import shutil
import subprocess

import packages
from steps import BUILD, JOBS, ROOT, Stop, build, capture

HERE = BUILD / "cover"
RAW = HERE / "raw"
PROFILE = HERE / "all.profdata"
PARTS = ("stack", "conformance")
USAGE = "usage: tools/dev cover [stack|conformance] [--lines]"


def run_tests(part):
    """Unit tests of the part, and the scripts in one process: a worker that is ended leaves no profile."""
    shutil.rmtree(RAW, ignore_errors=True)
    env = {**os.environ, "LLVM_PROFILE_FILE": str(RAW / "%4m.profraw")}
    done = capture(["ctest", "--test-dir", HERE, "-j", JOBS, "-R", f"^{part}/", "--no-tests=error"], env=env)
    if done.status != 0:
        raise Stop(f"a unit test fails; see ctest --test-dir build/cover\n{done.output[-2000:]}")
    done = capture([HERE / "bin/tcprove", "run", "-j", "0", "--quiet"], env=env)
    if done.status != 0:
        raise Stop(f"a shipped script fails\n{done.output[-2000:]}")


def programs(part):
    return [HERE / "bin/tcprove", *sorted(p for p in (HERE / "test").glob(f"{part}_test_*") if os.access(p, os.X_OK))]


def merged():
    raw = sorted(RAW.glob("*.profraw"))
    done = capture(["llvm-profdata-19", "merge", "-sparse", "-o", PROFILE, *raw])
    if done.status != 0 or not raw:
        raise Stop(f"the profiles cannot be merged: {done.output or 'there are none'}")


def llvm_cov(verb, part, *words):
    first, *others = programs(part)
    objects = [word for path in others for word in ("-object", str(path))]
    command = ["llvm-cov-19", verb, *words, f"-instr-profile={PROFILE}", str(first), *objects]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise Stop(f"llvm-cov-19 {verb}: {done.stderr[-2000:]}")
    return done.stdout


def files_of(data, part):
    """[(path, lines, lines reached, branches, branches reached)] of the sources of the part, tests left out."""
    rows = []
    for file in json.loads(data)["data"][0]["files"]:
        path = os.path.relpath(file["filename"], ROOT)
        if not path.startswith(part + "/") or "/test/" in path:
            continue
        lines, branches = file["summary"]["lines"], file["summary"]["branches"]
        rows.append((path, lines["count"], lines["covered"], branches["count"], branches["covered"]))
    return sorted(rows)


def percent(reached, count):
    return 100.0 * reached / count if count else 100.0


def table(rows):
    lines = [f"{'file':<42} {'lines':>7} {'reached':>8} {'branches':>9} {'reached':>8}"]
    total = [sum(row[i] for row in rows) for i in range(1, 5)]
    for path, n, hit, branches, taken in [*rows, ("all", *total)]:
        lines.append(f"{path:<42} {n:>7} {percent(hit, n):>7.1f}% {branches:>9} {percent(taken, branches):>7.1f}%")
    return "\n".join(lines)


def missed(part):
    """Lines that nothing reached, with their places."""
    text = llvm_cov("export", part, "-format=lcov")
    path, found = "", []
    for line in text.splitlines():
        if line.startswith("SF:"):
            path = os.path.relpath(line[3:], ROOT)
        elif line.startswith("DA:") and path.startswith(part + "/") and "/test/" not in path:
            number, count = line[3:].split(",")[:2]
            if count == "0":
                found.append((path, int(number)))
    return [f"{path}:{number}: {source_line(path, number)}" for path, number in sorted(found)]


def source_line(path, number):
    return (ROOT / path).read_text(encoding="utf-8").splitlines()[number - 1].strip()


def parse_args(args):
    words = [word for word in args if word != "--lines"]
    part = words[0] if words else "stack"
    if len(words) > 1 or part not in PARTS:
        raise Stop(USAGE)
    return part, "--lines" in args


def verb_cover(args):
    part, with_lines = parse_args(args)
    packages.need("cover")
    build("cover")
    run_tests(part)
    merged()
    print(table(files_of(llvm_cov("export", part, "-format=text", "-summary-only"), part)))
    if with_lines:
        print("\nnever reached:", *missed(part), sep="\n")
    return 0
