"""Who can notice a planted bug (mutants.py): the shipped scripts, the committed corpus of a fuzzer, a fuzzer for some
seconds. Each judge is a program linked with the changed stack, and a way to run it."""

import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from steps import BUILD, JOBS, ROOT, Done, Stop

RUN_SECONDS = 120
BAD = ("fail", "error", "lax", "unsteady")
CHAIN = ("corpus", "fuzz")   # columns of the table: who notices in one of them does in those to the right
CORPORA = ("seed", "grown", "regress")
ASKS_STACK = ("seg", "meta", "pair", "api", "opt", "parse")   # the fastest to notice something first


@dataclass
class Verdict:
    """What came of one mutant, with one judge."""
    mutant: object
    killers: list = field(default_factory=list)  # names, without variant
    trouble: str = ""                            # why it could not be judged, or how the whole run died
    finding: Path = None                         # of a fuzzer: the input that failed

    def noticed(self):
        return bool(self.killers or self.trouble)


def judges_documents(record):
    """Does this script tell what the documents demand, whatever the stack? Scripts for a preset and SHOULDs do not."""
    return record["level"] == "MUST" and record["target"].endswith("/rfc")


def script_results(program, folder):
    """{(script, variant): record}, and what was wrong with the run as a whole."""
    path = Path(folder) / "results.jsonl"
    try:
        done = subprocess.run([program, "run", "-j", JOBS, "--timeout", "20", "--json", path], capture_output=True,
                              text=True, timeout=RUN_SECONDS, check=False, cwd=ROOT,
                              env={**os.environ, "TCPROVE_SCRIPTS": str(ROOT / "conformance/scripts")})
        trouble = "" if done.returncode in (0, 1) else f"exit status {done.returncode}"
    except subprocess.TimeoutExpired:
        trouble = f"no end after {RUN_SECONDS} s"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines if line.endswith("}")]
    return {(r["id"], r["variant"]): r for r in records}, trouble


class Scripts:
    """All shipped scripts in all variants: a result that is not the one on the sound stack."""
    name, column, preset, program = "scripts", "scripts", "release", "bin/tcprove"
    compiler = ["gcc", "-O1", "-g", "-w", "-std=c11"]

    def prepare(self):
        with tempfile.TemporaryDirectory() as folder:
            self.records, trouble = script_results(BUILD / self.preset / self.program, folder)
        if trouble or not self.records:
            raise Stop(f"the shipped scripts do not run on the sound stack: {trouble or 'no results'}")
        self.sound = {run: record["outcome"] for run, record in self.records.items()}

    def judge(self, mutant, program):
        with tempfile.TemporaryDirectory() as folder:
            got, trouble = script_results(program, folder)
        bad = [r for key, r in got.items() if r["outcome"] in BAD and self.sound.get(key) != r["outcome"]]
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


class Engine:
    """A fuzzer: without sanitizers, for the oracles are what is asked."""
    preset = "chase"
    compiler = ["clang-19", "-O2", "-w", "-std=c11", "-fsanitize=fuzzer-no-link",
                "-fno-sanitize-coverage=trace-cmp"]

    def __init__(self, target):
        self.target, self.program = target, f"bin/fuzz_{target}"

    def run(self, program, words, cpu_seconds, keep):
        """How it ended: a Done, status None when its time was over. keep: where an input that fails is put."""
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))

        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.unlink(missing_ok=True)
        command = [program, f"-exact_artifact_path={keep}", "-timeout=8", "-seed=1", *words]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False,
                              preexec_fn=limit)
        late = done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        return Done(None if late else done.returncode, done.stdout + done.stderr)

    def verdict(self, mutant, done, keep):
        if not done.status:
            return Verdict(mutant)
        return Verdict(mutant, [f"{self.target} {cause(done.output, done.status)}"],
                       finding=keep if keep.exists() else None)


class Corpus(Engine):
    """The committed inputs of a fuzzer, played once: what `check` does with every build, and a fuzzer begins with."""

    def __init__(self, target):
        super().__init__(target)
        self.name, self.column = f"corpus:{target}", "corpus"

    def prepare(self):
        found = self.judge(None, BUILD / self.preset / self.program)
        if found.noticed():
            raise Stop(f"{self.name} finds something on the sound stack: {', '.join(found.killers) or found.trouble}")

    def judge(self, mutant, program):
        keep = program.with_name(f"finding-{self.target}")
        done = self.run(program, ["-runs=0", *corpora(self.target)], RUN_SECONDS, keep)
        return self.verdict(mutant, done if done.status is not None else Done(1, "libFuzzer: timeout"), keep)


class Fuzz(Engine):
    """A fuzzer for some seconds of CPU time, from its committed corpus."""

    def __init__(self, target, seconds):
        super().__init__(target)
        self.seconds, self.name, self.column = seconds, f"fuzz:{target} {seconds} s", f"fuzz {seconds} s"

    def prepare(self):
        """The sound stack is what long runs of `tools/dev fuzz` are for."""

    def judge(self, mutant, program):
        keep = program.with_name(f"finding-{self.target}")
        with tempfile.TemporaryDirectory() as folder:
            return self.verdict(mutant, self.run(program, [folder, *corpora(self.target)], self.seconds, keep), keep)


class Sim:
    """Simulated worlds from the first seed on."""
    name, column, preset, program = "sim", "sim", "release", "bin/sim"
    compiler = Scripts.compiler

    def __init__(self, seconds):
        self.seconds = seconds

    def prepare(self):
        """The sound stack is what `tools/dev sim` is for."""

    def judge(self, mutant, program):
        try:
            done = subprocess.run([program, "--seed", "1", "--seconds", str(self.seconds), "--quiet"], check=False,
                                  capture_output=True, text=True, errors="replace", timeout=self.seconds + RUN_SECONDS)
        except subprocess.TimeoutExpired:
            return Verdict(mutant, ["HANG"])
        return Verdict(mutant, [cause(done.stdout + done.stderr, done.returncode)] if done.returncode else [])


def targets():
    return sorted(p.stem.removeprefix("fuzz_") for p in (ROOT / "fuzz/target").glob("fuzz_*.c"))


def targets_of(word):
    """seg+meta; all that ask the stack when none is named."""
    names = word.split("+") if word else list(ASKS_STACK)
    unknown = set(names) - set(targets())
    if unknown:
        raise Stop(f"no fuzz target {', '.join(sorted(unknown))}; there are: {', '.join(targets())}")
    return names


def judges_named(word, seconds):
    """scripts, sim, corpus[:TARGET+TARGET], fuzz[:TARGET+TARGET], one judge after another; Stop for anything else."""
    kind, _, names = word.partition(":")
    if word == "scripts":
        return [Scripts()]
    if word == "sim":
        return [Sim(seconds[-1])]
    if kind not in ("corpus", "fuzz"):
        raise Stop(f'no judge "{word}": scripts, sim, corpus or fuzz; of the last two also corpus:TARGET+TARGET')
    if not shutil.which("clang-19"):
        raise Stop(f"{kind} needs clang-19")
    if kind == "corpus":
        return [Corpus(target) for target in targets_of(names)]
    return [Fuzz(target, n) for n in seconds for target in targets_of(names)]
