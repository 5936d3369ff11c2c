"""`mutants`: plants each bug of conformance/mutants/mutants.toml into a copy of the stack and asks who notices.

A row is an edit: in this file this text, which stands there exactly once, becomes that text. The sources know nothing
of it.
A mutant is the judge as it is, linked with the changed stack; it is built below build/mutants and kept as long as
neither the row nor the sources change. `--with scripts` runs all shipped scripts on each; a result that is not the one
on the sound stack is a kill. Rows of neutral.toml are changes that the documents allow: a script that fails there and
tells a MUST of the documents is an alarm, a fault of the script."""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import packages
from steps import BUILD, JOBS, ROOT, Stop, build

FOLDER = ROOT / "conformance/mutants"
OUT = BUILD / "mutants"
RUN_SECONDS = 120
FLAGS = ["-O1", "-g", "-w", "-std=c11"]
CORE = ("base", "wire", "mech", "tcp", "net", "sock", "api")
BAD = ("fail", "error", "lax", "unsteady")
USAGE = "usage: tools/dev mutants [--with scripts] [--write] [ID...]"


@dataclass
class Mutant:
    """One row."""
    id: str
    name: str
    edits: list          # (file, old, new)
    neutral: bool
    cannot: str = ""     # why our stack cannot have this bug


@dataclass
class Verdict:
    """What came of one mutant."""
    mutant: Mutant
    killers: list = field(default_factory=list)  # script names, without variant
    trouble: str = ""                            # why it could not be judged, or how the whole run died


def read_rows(path, neutral):
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Stop(f"{path.name}: {error}") from error
    rows = []
    for row in data.get("mutant", []):
        if "cannot" in row:
            rows.append(Mutant(row["id"], row["name"], [], neutral, row["cannot"]))
            continue
        edits = row.get("edit") or [row]
        rows.append(Mutant(row["id"], row["name"], [(e["file"], e["old"], e["new"]) for e in edits], neutral))
    return rows


def all_rows():
    return read_rows(FOLDER / "mutants.toml", False) + read_rows(FOLDER / "neutral.toml", True)


def choose(rows, names):
    if not names:
        return rows
    unknown = set(names) - {row.id for row in rows}
    if unknown:
        raise Stop(f"no mutant {', '.join(sorted(unknown))}; conformance/mutants lists them")
    return [row for row in rows if row.id in names]


def tree_hash():
    """Of everything a mutant is made of."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "stack").rglob("*.[chd]*")):
        if path.suffix in (".c", ".h", ".def"):
            digest.update(path.read_bytes())
    digest.update((BUILD / "release/bin/tcprove").read_bytes())
    return digest.hexdigest()


def plant(mutant, copy):
    """Changes a copy of the stack; the files that were changed."""
    for name, old, new in mutant.edits:
        path = copy / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if text.count(old) != 1:
            raise Stop(f"mutant {mutant.id}: its text stands {text.count(old)} times in {name}, not once")
        path.write_text(text.replace(old, new), encoding="utf-8")
    return {name for name, _, _ in mutant.edits}


def to_compile(copy, changed):
    """A changed .c alone; all of the core when a header or a list has changed."""
    if all(name.endswith(".c") for name in changed):
        return [copy / name for name in sorted(changed)]
    return sorted(path for floor in CORE for path in (copy / "stack" / floor).glob("*.c"))


def link_command():
    lines = subprocess.run(["ninja", "-C", BUILD / "release", "-t", "commands", "bin/tcprove"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    words = shlex.split(lines[-1].removeprefix(": && ").removesuffix(" && :"))
    return words, words.index("-o")


def compile_one(job):
    source, target = job
    done = subprocess.run(["gcc", *FLAGS, "-c", source, "-o", target], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def make(mutant, key):
    """The program with the planted bug; Stop when it does not compile."""
    program = OUT / mutant.id / "tcprove"
    stamp = OUT / mutant.id / "stamp"
    row = hashlib.sha256(repr((mutant.edits, key)).encode()).hexdigest()
    if program.exists() and stamp.exists() and stamp.read_text() == row:
        return program
    shutil.rmtree(OUT / mutant.id, ignore_errors=True)
    (OUT / mutant.id).mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=OUT / mutant.id) as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "stack", copy / "stack", ignore=shutil.ignore_patterns("test"))
        sources = to_compile(copy, plant(mutant, copy))
        jobs = [(source, copy / f"{source.parent.name}-{source.stem}.o") for source in sources]
        with ThreadPoolExecutor(int(JOBS)) as pool:
            errors = [text for text in pool.map(compile_one, jobs) if text]
        if errors:
            raise Stop(f"mutant {mutant.id} does not compile:\n{errors[0]}")
        words, at = link_command()
        # before the library, so that the linker takes these and not the sound ones
        link = [*words[:at], "-o", str(program), *(str(target) for _, target in jobs), *words[at + 2:]]
        done = subprocess.run(link, cwd=BUILD / "release", capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stop(f"mutant {mutant.id} does not link:\n{done.stderr}")
    stamp.write_text(row)
    return program


def results(program, folder):
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


def judges_documents(record):
    """Does this script tell what the documents demand, whatever the stack? Scripts for a preset and SHOULDs do not."""
    return record["level"] == "MUST" and record["target"].endswith("/rfc")


def judge(mutant, program, sound):
    with tempfile.TemporaryDirectory() as folder:
        got, trouble = results(program, folder)
    if mutant.neutral:
        bad = [r for key, r in got.items() if r["outcome"] in ("fail", "error") and sound.get(key) != r["outcome"]
               and judges_documents(r)]
    else:
        bad = [r for key, r in got.items() if r["outcome"] in BAD and sound.get(key) != r["outcome"]]
    return Verdict(mutant, sorted({r["id"] for r in bad}), trouble)


def line(verdict):
    m = verdict.mutant
    if m.cannot:
        return f"n/a     {m.id:<4} {m.name}: {m.cannot}"
    if verdict.killers or verdict.trouble:
        word = "ALARM" if m.neutral else "killed"
        more = len(verdict.killers) - 3
        who = ", ".join(verdict.killers[:3]) + (f" and {more} more" if more > 0 else "")
        return f"{word:<7} {m.id:<4} {m.name}: {who or verdict.trouble}"
    return f"{'legal' if m.neutral else 'ALIVE':<7} {m.id:<4} {m.name}"


def closing(verdicts):
    real = [v for v in verdicts if not v.mutant.neutral and not v.mutant.cannot]
    legal = [v for v in verdicts if v.mutant.neutral and not v.mutant.cannot]
    killed = sum(bool(v.killers or v.trouble) for v in real)
    alarms = sum(bool(v.killers or v.trouble) for v in legal)
    return f"killed {killed} of {len(real)}, neutral alarms {alarms} of {len(legal)}"


def witness_rows(verdicts):
    """Who kills what: id, name, how many scripts notice, the first five of them or why there is no such bug."""
    rows = ["id\tname\tkillers\tscripts"]
    for v in verdicts:
        words = f"cannot be planted: {v.mutant.cannot}" if v.mutant.cannot else " ".join(v.killers[:5])
        rows.append(f"{v.mutant.id}\t{v.mutant.name}\t{len(v.killers)}\t{words}")
    return "\n".join(rows) + "\n"


def behaviour_rows(verdicts, specs):
    """The behaviours of spec/behaviours.tsv: how many scripts tell each, the first three, and the planted bugs that
    make a script of that behaviour fail."""
    rows = ["id\tbehaviour\tscripts\tfor example\tplanted bugs that its scripts notice"]
    for text in (ROOT / "conformance/spec/behaviours.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, title = text.split("\t")[0], text.split("\t")[4]
        scripts = sorted(script for script, cited in specs.items() if name in cited)
        bugs = [v.mutant.id for v in verdicts if not v.mutant.neutral and set(v.killers) & set(scripts)]
        rows.append(f"{name}\t{title}\t{len(scripts)}\t{' '.join(scripts[:3])}\t{' '.join(bugs)}")
    return "\n".join(rows) + "\n"


def write_tables(verdicts, specs):
    tables = {"witness.tsv": witness_rows(verdicts), "behaviours.tsv": behaviour_rows(verdicts, specs)}
    for name, text in tables.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"written: conformance/mutants/{name}")


def parse_args(args):
    names, write = [], False
    words = list(args)
    while words:
        word = words.pop(0)
        if word == "--with":
            if not words or words.pop(0) != "scripts":
                raise Stop(f"--with scripts is the only judge there is; {USAGE}")
        elif word == "--write":
            write = True
        elif word.startswith("-"):
            raise Stop(USAGE)
        else:
            names.append(word)
    if write and names:
        raise Stop("--write needs all mutants: without IDs")
    return names, write


def sound_results():
    with tempfile.TemporaryDirectory() as folder:
        got, trouble = results(BUILD / "release/bin/tcprove", folder)
    if trouble or not got:
        raise Stop(f"the shipped scripts do not run on the sound stack: {trouble or 'no results'}")
    return got


def verb_mutants(args):
    names, write = parse_args(args)
    rows = choose(all_rows(), names)
    packages.need("mutants")
    build("release", ["tcprove"])
    key, records, verdicts = tree_hash(), sound_results(), []
    sound = {run: record["outcome"] for run, record in records.items()}
    for mutant in rows:
        verdict = Verdict(mutant) if mutant.cannot else judge(mutant, make(mutant, key), sound)
        verdicts.append(verdict)
        print(line(verdict), flush=True)
    if write:
        write_tables(verdicts, {script: record["spec"] for (script, _), record in records.items()})
    print(closing(verdicts))
    return 0
