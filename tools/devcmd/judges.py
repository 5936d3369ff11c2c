"""Who can notice a planted bug (mutants.py): the shipped scripts, the committed corpus of a fuzzer, a fuzzer for some
seconds. Each judge is a program linked with the changed stack, and a way to run it."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from steps import BUILD, JOBS, ROOT, Stop

RUN_SECONDS = 120
BAD = ("fail", "error", "lax", "unsteady")
CORPORA = ("seed", "grown", "regress")


@dataclass
class Verdict:
    """What came of one mutant, with one judge."""
    mutant: object
    killers: list = field(default_factory=list)  # names, without variant
    trouble: str = ""                            # why it could not be judged, or how the whole run died

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
    name, preset, program = "scripts", "release", "bin/tcprove"
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


def corpora(target):
    return [folder for kind in CORPORA if (folder := ROOT / "corpus" / kind / f"fuzz_{target}").is_dir()]


class Corpus:
    """The committed inputs of a fuzzer, played once: what `check` does with every build."""
    preset = "release"
    compiler = Scripts.compiler

    def __init__(self, target):
        self.target, self.name, self.program = target, f"corpus:{target}", f"bin/replay_{target}"

    def command(self, program):
        return [program, *corpora(self.target)]

    def prepare(self):
        found = self.judge(None, BUILD / self.preset / self.program)
        if found.noticed():
            raise Stop(f"{self.name} finds something on the sound stack: {', '.join(found.killers) or found.trouble}")

    def judge(self, mutant, program):
        try:
            done = subprocess.run(self.command(program), capture_output=True, text=True, errors="replace", cwd=ROOT,
                                  timeout=RUN_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return Verdict(mutant, ["HANG"])
        return Verdict(mutant, [cause(done.stdout + done.stderr, done.returncode)] if done.returncode else [])


class Fuzz:
    """A fuzzer for some seconds, from its committed corpus; without sanitizers: the oracles are what is asked."""
    preset = "chase"
    compiler = ["clang-19", "-O2", "-g", "-w", "-std=c11", "-fsanitize=fuzzer-no-link",
                "-fno-sanitize-coverage=trace-cmp"]

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.name, self.program = f"fuzz:{target}", f"bin/fuzz_{target}"

    def prepare(self):
        """The sound stack is what long runs of `tools/dev fuzz` are for."""

    def judge(self, mutant, program):
        with tempfile.TemporaryDirectory() as folder:
            command = [program, f"-max_total_time={self.seconds}", "-timeout=10", "-seed=1",
                       f"-artifact_prefix={folder}/", folder, *corpora(self.target)]
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False,
                                  timeout=self.seconds + RUN_SECONDS)
        return Verdict(mutant, [cause(done.stdout + done.stderr, done.returncode)] if done.returncode else [])


def targets():
    return sorted(p.stem.removeprefix("fuzz_") for p in (ROOT / "fuzz/target").glob("fuzz_*.c"))


def judge_named(word, seconds):
    """scripts, corpus:TARGET, fuzz:TARGET; Stop for anything else."""
    kind, _, target = word.partition(":")
    if word == "scripts":
        return Scripts()
    if kind in ("corpus", "fuzz") and target in targets():
        if kind == "fuzz" and not shutil.which("clang-19"):
            raise Stop("fuzz:TARGET needs clang-19")
        return Corpus(target) if kind == "corpus" else Fuzz(target, seconds)
    raise Stop(f'no judge "{word}": scripts, corpus:TARGET or fuzz:TARGET, with TARGET one of {", ".join(targets())}')
