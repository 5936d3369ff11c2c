"""Who can notice a planted bug (mutants.py): the shipped scripts, the committed corpus of a fuzzer, a fuzzer for some
seconds. Each judge is a program linked with the changed stack, and a way to run it."""

import hashlib
import json
import os
import resource
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from kept import SOUND, slug
from plant import OUT
from steps import BUILD, JOBS, ROOT, Done, Stop, run_quietly

RUN_SECONDS = 120
BAD = ("fail", "error", "lax", "unsteady")
CORPORA = ("seed", "grown", "regress")
# Those that ask the stack, the fastest to notice something first, and how many twentieths of the time they get.
ASKS_STACK = {"seg": 7, "pair": 7, "meta": 2, "api": 2, "opt": 1, "parse": 1}


@dataclass
class Verdict:
    """What came of one mutant (None: of the sound stack), with one judge."""
    mutant: object
    killers: list = field(default_factory=list)  # names, without variant
    trouble: str = ""                            # why it could not be judged, or how the whole run died
    finding: Path = None                         # of a fuzzer: the input that failed
    doubt: str = ""                              # what was said of the mutant and of the sound stack alike: no kill

    def noticed(self):
        return bool(self.killers or self.trouble)

    def values(self):
        """As they are kept."""
        return {"killers": self.killers, "trouble": self.trouble, "doubt": self.doubt,
                "finding": str(self.finding) if self.finding else None}


def judges_documents(record):
    """Does this script tell what the documents demand, whatever the stack? Scripts for a preset and SHOULDs do not."""
    return record["level"] == "MUST" and record["target"].endswith("/rfc")


def script_results(program, folder):
    """{(script, variant): record}, and what was wrong with the run as a whole."""
    path = Path(folder) / "results.jsonl"
    try:
        done = run_quietly([program, "run", "-j", JOBS, "--timeout", "20", "--json", path], RUN_SECONDS, cwd=ROOT,
                           env={**os.environ, "TCPROVE_SCRIPTS": str(ROOT / "conformance/scripts")})
        trouble = "" if done.returncode in (0, 1) else f"exit status {done.returncode}"
    except subprocess.TimeoutExpired:
        trouble = f"no end after {RUN_SECONDS} s"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines if line.endswith("}")]
    return {(r["id"], r["variant"]): r for r in records}, trouble


class Judge:
    """column: of the table; preset, program: what mutants are linked from."""

    def program_name(self):
        return Path(self.program).name

    def sound_program(self):
        return BUILD / self.preset / self.program

    def said(self, mutant, values):
        """A verdict of this judge that was kept."""
        finding = values.pop("finding")
        return Verdict(mutant, **values, finding=Path(finding) if finding else None)

    def ask_sound(self, shelf):
        """What it says of the stack as it is: nothing, or it is no judge."""
        return shelf.verdict(None, self, self.sound_program)


def hash_of(folders):
    """Of all files below."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Scripts(Judge):
    """All shipped scripts in all variants: a result that is not the one on the sound stack."""
    name, column, preset, program = "scripts", "scripts", "release", "bin/tcprove"
    compiler = ["gcc", "-O1", "-g", "-w", "-std=c11"]
    folder = ROOT / "conformance/scripts"

    @cached_property
    def hash(self):
        return hash_of([self.folder])

    def plays(self):
        return self.hash

    @cached_property
    def sound_records(self):
        with tempfile.TemporaryDirectory() as folder:
            records, trouble = script_results(self.sound_program(), folder)
        if trouble or not records:
            raise Stop(f"the shipped scripts do not run on the sound stack: {trouble or 'no results'}")
        return records

    def ask_sound(self, shelf):
        """Some scripts fail on it, and are meant to (their expectation says so): what counts is another result."""
        return Verdict(None, trouble="" if self.sound_records else "no results")

    def judge(self, mutant, program):
        with tempfile.TemporaryDirectory() as folder:
            got, trouble = script_results(program, folder)
        sound = {run: record["outcome"] for run, record in self.sound_records.items()}
        bad = [r for key, r in got.items() if r["outcome"] in BAD and sound.get(key) != r["outcome"]]
        if mutant.neutral:
            bad = [r for r in bad if r["outcome"] in ("fail", "error") and judges_documents(r)]
        return Verdict(mutant, sorted({r["id"] for r in bad}), trouble)


def cause(output, status):
    """The oracle that spoke, or how the program died."""
    for text in output.splitlines():
        if text.startswith("O") and text[1:3].isdecimal():
            return text.split(":")[0].strip()
        if "ERROR: " in text and "Sanitizer" in text:
            return text.split("ERROR: ")[1].split(" on ")[0][:60]
        if "libFuzzer: timeout" in text:
            return "HANG"
    return f"exit status {status}"


PLAYS_TOO = {"meta": "seg"}   # programs of the one are inputs of the other


def corpora(target):
    names = [target, PLAYS_TOO[target]] if target in PLAYS_TOO else [target]
    return [folder for name in names for kind in CORPORA
            if (folder := ROOT / "corpus" / kind / f"fuzz_{name}").is_dir()]


@cache
def hash_of_corpora(target):
    return hash_of(corpora(target))


def run_limited(command, cpu_seconds):
    """A Done; status None when its CPU time was over. CPU time, so that a busy machine says the same."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))

    done = run_quietly(command, cwd=ROOT, preexec_fn=limit)
    late = done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    return Done(None if late else done.returncode, done.stdout + done.stderr)


class Engine(Judge):
    """A fuzzer: without sanitizers, for the oracles are what is asked."""
    preset = "chase"
    compiler = ["clang-19", "-O2", "-w", "-std=c11", "-fsanitize=fuzzer-no-link",
                "-fno-sanitize-coverage=trace-cmp"]

    def __init__(self, target):
        self.target, self.program = target, f"bin/fuzz_{target}"

    def plays(self):
        return hash_of_corpora(self.target)

    def keep_of(self, mutant, program):
        """Where an input that fails is put. The folder of the sound stack is that of its program."""
        home = program.parent if mutant else OUT / SOUND
        return home / f"finding-{slug(self.name)}"

    def run(self, program, words, cpu_seconds, keep):
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.unlink(missing_ok=True)
        engine = [program, f"-exact_artifact_path={keep}", "-entropic=0", "-timeout=8", "-seed=1"]  # see fuzz.py
        return run_limited([*engine, *words], cpu_seconds)

    def verdict(self, mutant, done, keep):
        """A finding counts when the sound stack plays the same input without a word."""
        if not done.status:
            return Verdict(mutant)
        found = f"{self.target} {cause(done.output, done.status)}"
        if mutant and keep.exists():
            sound = run_limited([self.sound_program(), "-timeout=8", keep], RUN_SECONDS)
            if sound.status != 0:
                return Verdict(mutant, doubt=f"{found}, and so does the sound stack")
        return Verdict(mutant, [found], finding=keep if keep.exists() else None)


class Corpus(Engine):
    """The committed inputs of a fuzzer, played once: what `check` does with every build, and a fuzzer begins with."""

    def __init__(self, target):
        super().__init__(target)
        self.name, self.column = f"corpus:{target}", "corpus"

    def judge(self, mutant, program):
        keep = self.keep_of(mutant, program)
        done = self.run(program, ["-runs=0", *corpora(self.target)], RUN_SECONDS, keep)
        return self.verdict(mutant, done if done.status is not None else Done(1, "libFuzzer: timeout"), keep)


class Fuzz(Engine):
    """A fuzzer for its share of so many seconds of CPU time, from its committed corpus."""
    kind = "fuzz"

    def __init__(self, target, share, seconds):
        super().__init__(target)
        self.share = share
        self.name, self.column = f"{self.kind}:{target} {share} of {seconds} s", f"{self.kind} {seconds} s"

    def begins_with(self):
        return corpora(self.target)

    def judge(self, mutant, program):
        keep = self.keep_of(mutant, program)
        with tempfile.TemporaryDirectory() as folder:
            return self.verdict(mutant, self.run(program, [folder, *self.begins_with()], self.share, keep), keep)


class Empty(Fuzz):
    """The same from nothing: what the engine finds without the inputs that people and earlier runs have left."""
    kind = "empty"

    def plays(self):
        return ""

    def begins_with(self):
        return []


class Sim(Judge):
    """Simulated worlds, from the first seed on: as many as the sound stack plays in so much CPU time."""
    column, preset, program = "sim", "release", "bin/sim"
    compiler = Scripts.compiler
    SLOWER = 4   # a mutant may take so many times as long before it hangs

    def __init__(self, seconds):
        self.seconds, self.name = seconds, f"sim {seconds} s"

    def plays(self):
        return ""

    @cached_property
    def sound_run(self):
        return run_limited([self.sound_program(), "--seed", "1", "--runs", "1000000000"], self.seconds)

    def worlds(self):
        return int(re.findall(r"(\d+) worlds", self.sound_run.output)[-1])

    def ask_sound(self, shelf):
        done = self.sound_run
        if done.status is None and "worlds" in done.output:
            return Verdict(None)
        return Verdict(None, [cause(done.output, done.status)])

    def judge(self, mutant, program):
        words = [program, "--seed", "1", "--runs", str(self.worlds()), "--quiet"]
        done = run_limited(words, self.SLOWER * self.seconds + RUN_SECONDS)
        if done.status is None:
            return Verdict(mutant, ["HANG"])
        return Verdict(mutant, [cause(done.output, done.status)] if done.status else [])


def targets():
    return sorted(p.stem.removeprefix("fuzz_") for p in (ROOT / "fuzz/target").glob("fuzz_*.c"))


def targets_of(word):
    """seg+meta; all that ask the stack when none is named."""
    names = word.split("+") if word else list(ASKS_STACK)
    unknown = set(names) - set(targets())
    if unknown:
        raise Stop(f"no fuzz target {', '.join(sorted(unknown))}; there are: {', '.join(targets())}")
    return names


def shares(names, seconds):
    """{target: whole seconds}, which add up to all of them; one at least for each."""
    weight = {name: ASKS_STACK.get(name, 1) for name in names}
    share = {name: max(1, seconds * weight[name] // sum(weight.values())) for name in names}
    share[names[0]] += max(0, seconds - sum(share.values()))
    return share


def judges_named(word, seconds):
    """scripts, sim, corpus[:TARGET+TARGET], fuzz[...], empty[...], one judge after another; Stop for anything else."""
    kind, _, names = word.partition(":")
    if word == "scripts":
        return [Scripts()]
    if word == "sim":
        return [Sim(seconds[0])]
    if kind not in ("corpus", "fuzz", "empty"):
        raise Stop(f'no judge "{word}": scripts, sim, corpus, fuzz or empty; of the last three also fuzz:TARGET+TARGET')
    if not shutil.which("clang-19"):
        raise Stop(f"{kind} needs clang-19")
    chosen = targets_of(names)
    if kind == "corpus":
        return [Corpus(target) for target in chosen]
    fuzzer = {"fuzz": Fuzz, "empty": Empty}[kind]
    return [fuzzer(target, share, n) for n in seconds for target, share in shares(chosen, n).items()]
