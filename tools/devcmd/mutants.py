"""`mutants`: plants each bug of conformance/mutants/mutants.toml into a copy of the stack and asks who notices.

A row is an edit: in this file this text, which stands there exactly once, becomes that text. The sources know nothing
of it.
A mutant is a judge as it is (judges.py), linked with the changed stack; it is built below build/mutants and kept as
long as neither the row nor the sources change. `--with scripts` runs all shipped scripts on each; a result that is not
the one on the sound stack is a kill. `--with corpus:seg` plays the committed inputs of that fuzzer, `--with fuzz:seg`
lets it run (--seconds); several judges may be named, separated by commas. Rows of neutral.toml are changes that the
documents allow: who complains there raises an alarm, and that is a fault of the judge."""

import hashlib
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import packages
from judges import Verdict, judge_named
from steps import BUILD, JOBS, ROOT, Stop, build

FOLDER = ROOT / "conformance/mutants"
OUT = BUILD / "mutants"
FUZZ_SECONDS = 10
CORE = ("base", "wire", "mech", "tcp", "net", "sock", "api")
USAGE = "usage: tools/dev mutants [--with JUDGE,...] [--seconds N] [--write] [ID...]"


@dataclass
class Mutant:
    """One row."""
    id: str
    name: str
    edits: list          # (file, old, new)
    neutral: bool
    cannot: str = ""     # why our stack cannot have this bug


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


def tree_hash(judge):
    """Of everything a mutant of this judge is made of."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "stack").rglob("*.[chd]*")):
        if path.suffix in (".c", ".h", ".def"):
            digest.update(path.read_bytes())
    digest.update((BUILD / judge.preset / judge.program).read_bytes())
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


def link_command(judge):
    lines = subprocess.run(["ninja", "-C", BUILD / judge.preset, "-t", "commands", judge.program], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    words = shlex.split(lines[-1].removeprefix(": && ").removesuffix(" && :"))
    # the objects have machine code as well: optimizing the whole once more for each mutant would take most of the time
    words = [word for word in words if not word.startswith(("-flto", "-fuse-linker-plugin"))]
    words.insert(1, "-fno-lto")
    return words, words.index("-o")


def compile_one(job):
    compiler, source, target = job
    done = subprocess.run([*compiler, "-c", source, "-o", target], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def make(mutant, judge, key):
    """The judge's program with the planted bug; Stop when it does not compile."""
    home = OUT / mutant.id / judge.preset
    program, stamp = home / Path(judge.program).name, home / f"{Path(judge.program).name}.stamp"
    row = hashlib.sha256(repr((mutant.edits, key)).encode()).hexdigest()
    if program.exists() and stamp.exists() and stamp.read_text() == row:
        return program
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "stack", copy / "stack", ignore=shutil.ignore_patterns("test"))
        sources = to_compile(copy, plant(mutant, copy))
        jobs = [(judge.compiler, source, copy / f"{source.parent.name}-{source.stem}.o") for source in sources]
        with ThreadPoolExecutor(int(JOBS)) as pool:
            errors = [text for text in pool.map(compile_one, jobs) if text]
        if errors:
            raise Stop(f"mutant {mutant.id} does not compile:\n{errors[0]}")
        words, at = link_command(judge)
        # before the library, so that the linker takes these and not the sound ones
        link = [*words[:at], "-o", str(program), *(str(job[2]) for job in jobs), *words[at + 2:]]
        done = subprocess.run(link, cwd=BUILD / judge.preset, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stop(f"mutant {mutant.id} does not link:\n{done.stderr}")
    stamp.write_text(row)
    return program


def line(verdict):
    m = verdict.mutant
    if m.cannot:
        return f"n/a     {m.id:<4} {m.name}: {m.cannot}"
    if verdict.noticed():
        word = "ALARM" if m.neutral else "killed"
        more = len(verdict.killers) - 3
        who = ", ".join(verdict.killers[:3]) + (f" and {more} more" if more > 0 else "")
        return f"{word:<7} {m.id:<4} {m.name}: {who or verdict.trouble}"
    return f"{'legal' if m.neutral else 'ALIVE':<7} {m.id:<4} {m.name}"


def closing(verdicts):
    real = [v for v in verdicts if not v.mutant.neutral and not v.mutant.cannot]
    legal = [v for v in verdicts if v.mutant.neutral and not v.mutant.cannot]
    return (f"killed {sum(v.noticed() for v in real)} of {len(real)}, "
            f"neutral alarms {sum(v.noticed() for v in legal)} of {len(legal)}")


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


def number(words):
    if not words or not words[0].isdecimal() or int(words[0]) == 0:
        raise Stop(f"--seconds wants a whole number of seconds; {USAGE}")
    return int(words.pop(0))


def parse_args(args):
    """(names of judges, seconds, IDs, write)"""
    judges, seconds, names, write = ["scripts"], FUZZ_SECONDS, [], False
    words = list(args)
    while words:
        word = words.pop(0)
        if word == "--with":
            if not words:
                raise Stop(f"--with wants the name of a judge; {USAGE}")
            judges = words.pop(0).split(",")
        elif word == "--seconds":
            seconds = number(words)
        elif word == "--write":
            write = True
        elif word.startswith("-"):
            raise Stop(USAGE)
        else:
            names.append(word)
    if write and (names or judges != ["scripts"]):
        raise Stop("--write needs all mutants and the scripts alone: without IDs and --with")
    return judges, seconds, names, write


def run_judge(judge, rows):
    """The verdicts on all rows, told one by one."""
    build(judge.preset, [Path(judge.program).name])
    judge.prepare()
    key, verdicts = tree_hash(judge), []
    for mutant in rows:
        verdict = Verdict(mutant) if mutant.cannot else judge.judge(mutant, make(mutant, judge, key))
        verdicts.append(verdict)
        print(line(verdict), flush=True)
    return verdicts


def union(by_judge):
    """One verdict for each mutant: noticed by any of the judges."""
    return [Verdict(group[0].mutant, [k for v in group for k in v.killers], "".join(v.trouble for v in group))
            for group in zip(*by_judge)]


def verb_mutants(args):
    words, seconds, names, write = parse_args(args)
    rows = choose(all_rows(), names)
    judges = [judge_named(word, seconds) for word in words]
    packages.need("mutants")
    by_judge = []
    for judge in judges:
        if len(judges) > 1:
            print(f"== {judge.name}", flush=True)
        by_judge.append(run_judge(judge, rows))
        if len(judges) > 1:
            print(closing(by_judge[-1]))
    if write:
        write_tables(by_judge[0], {script: record["spec"] for (script, _), record in judges[0].records.items()})
    if len(judges) > 1:
        print("== together")
    print(closing(union(by_judge)))
    return 0
