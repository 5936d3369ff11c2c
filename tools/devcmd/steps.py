"""Running commands and counting what they say: the small things every verb uses."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PRESETS = ("release", "dev", "asan", "fuzz", "chase", "cover", "i386", "afl")
PRESETS_OF_FUZZERS = ("i386", "afl")   # only fuzzers are built, and more packages are needed
VERBS_WITH_PACKAGES = {"run", "check", "build", "fmt", "tidy", "bench", "fuzz", "seed", "golden", "live-stack",
                       "live-audit", "mutants", "cover", "determinism", "i386", "afl"}
JOBS = "2"


def is_count(word):
    """Is it a number of seconds, rounds or seeds that somebody may mean: from 1 to 999999999?"""
    return word.isdecimal() and len(word) < 10 and int(word) > 0


class Stop(Exception):
    """The verb cannot go on; the text says why and what to do."""


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def line(self):
        """The closing line: machines read it."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"

    def good(self):
        return self.failed == 0 and self.passed + self.skipped > 0


@dataclass
class Done:
    """What a command came to."""
    status: int
    output: str
    seconds: float = 0.0


@dataclass
class Table:
    """Steps in the order they ran."""
    rows: list = field(default_factory=list)

    def add(self, name, count, seconds):
        self.rows.append((name, count, seconds))

    def total(self):
        return sum((count for _, count, _ in self.rows), Count())

    def text(self):
        lines = [f"{'step':<34} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}"]
        lines += [f"{name:<34} {c.passed:>7} {c.failed:>7} {c.skipped:>8} {seconds:>8.1f}"
                  for name, c, seconds in self.rows]
        return "\n".join(lines)


# ---------- children ----------

RUNNING = set()            # quiet children, of all threads
OVER = threading.Event()   # we were told to end


def signal_group(child, number):
    """To a quiet child and to what it has started (cmake starts ninja, and does not end it)."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            pass


def end_children(number):
    """Passes a signal on to all quiet children; nothing that they say from now on is a result."""
    OVER.set()
    for child in list(RUNNING):
        signal_group(child, number)


@contextmanager
def quiet_child(command, **how):
    """A child in a group of its own: Ctrl-C reaches us first, so that a child which dies of it is not taken for one
    that failed. Threads find out by KeyboardInterrupt, for signals reach the main thread alone."""
    if OVER.is_set():
        raise KeyboardInterrupt
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          errors="replace", process_group=0, **how) as child:
        RUNNING.add(child)
        try:
            if OVER.is_set():
                raise KeyboardInterrupt
            yield child
        except BaseException:
            end_at_last(child, lambda number: signal_group(child, number))
            raise
        finally:
            RUNNING.discard(child)
    if OVER.is_set():
        raise KeyboardInterrupt


def end_at_last(child, send):
    """Asks a child to end; makes it end when it does not."""
    send(signal.SIGTERM)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        send(signal.SIGKILL)
        child.wait()


def call(command, text=None):
    """Runs with our own terminal, or with text as its input; returns the exit status."""
    with subprocess.Popen([str(word) for word in command], cwd=ROOT, text=True,
                          stdin=subprocess.PIPE if text is not None else None) as child:
        try:
            child.communicate(text)
        except BaseException:
            end_at_last(child, child.send_signal)
            raise
        return child.returncode


def capture(command, env=None):
    """Runs quietly; returns Done with standard output and error together."""
    start = time.monotonic()
    with quiet_child(command, cwd=ROOT, env=env, stderr=subprocess.STDOUT) as child:
        output, _ = child.communicate()
    return Done(child.returncode, output, time.monotonic() - start)


def run_quietly(command, seconds=None, **how):
    """The same with both outputs apart; subprocess.TimeoutExpired when it takes longer, and then it has ended."""
    with quiet_child(command, stderr=subprocess.PIPE, **how) as child:
        try:
            output, errors = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            signal_group(child, signal.SIGKILL)   # it had its time
            raise
    return subprocess.CompletedProcess(command, child.returncode, output, errors)


def build(preset, targets=()):
    """Configures and builds; Stop with the compiler's words if that fails."""
    if preset not in PRESETS:
        raise Stop(f'no preset "{preset}"; there are: {", ".join(PRESETS)}')
    done = try_build(preset, targets)
    if done.status != 0:
        raise Stop(f"the build of preset {preset} failed\n{done.output}")


FORGOT = "You have changed variables that require your cache to be deleted"


def configure(words):
    """Runs cmake with these words. Where the compiler is another one than before (another PATH is enough), cmake begins
    anew without what it was told: flags, build type, engine. So it is told once more."""
    done = capture(["cmake", *words])
    return capture(["cmake", *words]) if FORGOT in done.output else done


def try_build(preset, targets=()):
    configured = configure(["--preset", preset])
    if configured.status != 0:
        return configured
    target_words = ["--target", *targets] if targets else []
    print(f"building build/{preset}", file=sys.stderr, flush=True)
    built = capture(["cmake", "--build", "--preset", preset, *target_words, "--", "-j", JOBS])
    built.seconds += configured.seconds
    return built


SUMMARY = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")


def last_summary(text):
    """The last "N passed, N failed" of a text as a Count, or None."""
    found = SUMMARY.findall(text)
    if not found:
        return None
    passed, failed, skipped = found[-1]
    return Count(int(passed), int(failed), int(skipped or 0))


def count_pytest(text):
    """pytest's closing line, e.g. "2 failed, 31 passed, 1 skipped in 3.1s"."""
    closing = re.compile(r"\b(passed|failed|errors?|skipped|no tests ran)\b.* in [\d.]+s")
    lines = [line for line in text.splitlines() if closing.search(line)]
    if not lines:
        return None
    words = {kind.rstrip("s"): int(n) for n, kind in re.findall(r"(\d+) (passed|failed|errors?|skipped)", lines[-1])}
    return Count(words.get("passed", 0), words.get("failed", 0) + words.get("error", 0), words.get("skipped", 0))
