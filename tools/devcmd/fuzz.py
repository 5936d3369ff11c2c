"""`fuzz`: one libFuzzer target for some seconds. New inputs and findings stay under build/fuzz/; the committed corpus
is only read. What it finds is reduced, told apart and exported (finding.py)."""

import os
import re
import time

import finding
import packages
from check import SANITIZER_ENV
from steps import BUILD, ROOT, Stop, build, capture, is_count

# Frames that have returned are watched when the corpus is replayed (tools/dev check): a search without is 1.6 times
# as fast.
SEARCH_ENV = {**SANITIZER_ENV,
              "ASAN_OPTIONS": SANITIZER_ENV["ASAN_OPTIONS"].replace("after_return=1", "after_return=0")}

DEFAULT_SECONDS = 60
MINIMISE_SECONDS = 30
RESTARTS_MAX = 10   # after a finding the engine starts again, until the time is over


def targets():
    return sorted(p.stem.removeprefix("fuzz_") for p in (ROOT / "fuzz/target").glob("fuzz_*.c"))


def parse_args(args):
    """(target, seconds) or Stop."""
    there = targets()
    if not args:
        raise Stop(f"fuzz needs a target: {', '.join(there)}")
    name = args[0].removeprefix("fuzz_")
    if name not in there:
        raise Stop(f'no fuzz target "{args[0]}"; there are: {", ".join(there)}')
    if len(args) > 2 or (len(args) == 2 and not is_count(args[1])):
        raise Stop("usage: tools/dev fuzz TARGET [SECONDS], with at least one second")
    return name, int(args[1]) if len(args) == 2 else DEFAULT_SECONDS


def statistics(output):
    """The few numbers worth reading from libFuzzer's closing statistics."""
    stats = dict(re.findall(r"^stat::(\w+):\s*(\d+)", output, re.M))
    cov = re.findall(r"cov: (\d+) ft: (\d+)", output)
    edges, features = cov[-1] if cov else ("?", "?")
    runs, rate = stats.get("number_of_executed_units", "?"), stats.get("average_exec_per_sec", "?")
    return f"{runs} runs, {rate} exec/s, {edges} edges, {features} features"


def run_command(name, seconds, findings):
    fuzz = f"fuzz_{name}"
    grown = BUILD / "fuzz/corpus" / fuzz
    grown.mkdir(parents=True, exist_ok=True)
    read_only = [ROOT / "corpus" / kind / fuzz for kind in ("seed", "grown", "regress")]
    if name == "script":
        read_only += [ROOT / "conformance/scripts", ROOT / "conformance/selftest"]
    dictionary = ROOT / "fuzz/dict" / f"{fuzz}.dict"
    # Weighing inputs by rare features (entropic) costs libFuzzer more than our programs take: half of the time.
    return [BUILD / "fuzz/bin" / fuzz, "-entropic=0", f"-max_total_time={seconds}", f"-artifact_prefix={findings}/",
            "-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048",
            *([f"-dict={dictionary}"] if dictionary.exists() else []),
            grown, *(folder for folder in read_only if folder.is_dir())]


def minimise(name, finding):
    """A smaller input that still fails; its path."""
    small = finding.with_name(f"min-{finding.name}")
    capture([BUILD / f"fuzz/bin/fuzz_{name}", "-minimize_crash=1", f"-max_total_time={MINIMISE_SECONDS}",
             f"-exact_artifact_path={small}", finding], env={**os.environ, **SANITIZER_ENV})
    return small if small.exists() else finding


def there_now(findings):
    """With the time of writing: the same input found again has the same name."""
    return {(path, path.stat().st_mtime_ns) for path in findings.iterdir()}


def run_once(name, seconds, findings):
    """One run of the engine, which ends at its first finding; (new findings, Done)."""
    before = there_now(findings)
    done = capture(run_command(name, seconds, findings), env={**os.environ, **SEARCH_ENV})
    print(f"fuzz_{name}: {statistics(done.output)}, exit status {done.status}", flush=True)
    return sorted(path for path, _ in there_now(findings) - before), done


def tell(name, found, known):
    """Works up one finding; a target whose inputs are no programs leaves it to the engine."""
    if name in finding.PROGRAMS:
        programs = (BUILD / f"fuzz/bin/fuzz_{name}", BUILD / "release/bin/tcprove")
        print("\n".join(finding.work_up(found, programs, known)).replace(f"{ROOT}/", ""), flush=True)
        return
    small = minimise(name, found)
    print(f"finding: {small.relative_to(ROOT)} ({small.stat().st_size} bytes)")
    print(f"again:   build/fuzz/bin/fuzz_{name} {small.relative_to(ROOT)}", flush=True)


def verb_fuzz(args):
    name, seconds = parse_args(args)
    packages.need("fuzz")
    build("fuzz", [f"fuzz_{name}"])
    if name in finding.PROGRAMS:
        build("release", ["tcprove"])
    findings = BUILD / "fuzz/findings" / name
    findings.mkdir(parents=True, exist_ok=True)
    print(f"fuzz_{name} for {seconds} s", f"new inputs: build/fuzz/corpus/fuzz_{name}",
          f"findings: build/fuzz/findings/{name}", sep="\n", flush=True)
    end, known, count = time.monotonic() + seconds, {}, 0
    while (left := int(end - time.monotonic())) > 0 or count == 0:
        new, done = run_once(name, max(left, 1), findings)
        if done.status == 0 and not new:
            break
        print(done.output[-2000:])
        for found in new:
            tell(name, found, known)
        count += 1
        if count == RESTARTS_MAX:
            break
    return 1 if count else 0
