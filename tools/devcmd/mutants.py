"""`mutants`: plants each bug of conformance/mutants/mutants.toml into a copy of the stack and asks who notices.

A row is an edit: in this file this text, which stands there exactly once, becomes that text. The sources know nothing
of it.
A mutant is a judge as it is (judges.py), linked with the changed stack; it is built below build/mutants and kept as
long as neither the row nor the sources change. `--with scripts` runs all shipped scripts on each; a result that is not
the one on the sound stack is a kill. `--with corpus` plays the committed inputs of the fuzzers, `--with fuzz` lets each
of them run for --seconds of CPU time from there (10,60: two columns), `--with sim` plays simulated worlds; several
judges may be named, separated by commas, and of fuzzers some (fuzz:seg+pair). Who is killed in one column of the
fuzzers is so in those to the right of it, and is not asked again. `--core` leaves out the rows that are not of the list
of 90; `--reduce` tells with how few operations each finding can be told, and whether its script reproduces. Rows of
neutral.toml are changes that the documents allow: who complains there raises an alarm, and that is a fault of the
judge."""

import hashlib
import os
import shlex
import shutil
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import kill_table
import packages
import witness
from judges import Engine, Verdict, judges_named
from kill_table import CORE, Row
from steps import BUILD, JOBS, ROOT, Stop, build

FOLDER = ROOT / "conformance/mutants"
OUT = BUILD / "mutants"
FUZZ_SECONDS = 10
FLOORS = ("base", "wire", "mech", "tcp", "net", "sock", "api")
USAGE = "usage: tools/dev mutants [--with JUDGE,...] [--seconds N,...] [--core] [--reduce] [--write] [ID...]"


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


def stack_hash():
    """Of the sources that a bug is planted into."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "stack").rglob("*.[chd]*")):
        if path.suffix in (".c", ".h", ".def"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(judge, stack):
    """Of everything a mutant of this judge is made of."""
    program = hashlib.sha256((BUILD / judge.preset / judge.program).read_bytes()).hexdigest()
    return stack, program


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
    return sorted(path for floor in FLOORS for path in (copy / "stack" / floor).glob("*.c"))


@cache
def link_command(preset, program):
    lines = subprocess.run(["ninja", "-C", BUILD / preset, "-t", "commands", program], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    words = shlex.split(lines[-1].removeprefix(": && ").removesuffix(" && :"))
    # the objects have machine code as well: optimizing the whole once more for each mutant would take most of the time
    words = [word for word in words if not word.startswith(("-flto", "-fuse-linker-plugin"))]
    words.insert(1, "-fno-lto")
    return words, words.index("-o")


def compile_one(job):
    compiler, source, target = job
    launcher = [os.environ["CMAKE_C_COMPILER_LAUNCHER"]] if "CMAKE_C_COMPILER_LAUNCHER" in os.environ else []
    done = subprocess.run([*launcher, *compiler, "-c", source, "-o", target], capture_output=True, text=True,
                          check=False)
    return done.stderr if done.returncode else ""


def objects(mutant, judge, stack):
    """What the changed sources compile to, with the options of this judge; Stop when they do not."""
    home = OUT / mutant.id / judge.preset / "objects"
    stamp = home / "stamp"
    row = hashlib.sha256(repr((mutant.edits, stack, judge.compiler)).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == row:
        return sorted(home.glob("*.o"))
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    copy = home / "copy"
    shutil.copytree(ROOT / "stack", copy / "stack", ignore=shutil.ignore_patterns("test"))
    sources = to_compile(copy, plant(mutant, copy))
    jobs = [(judge.compiler, source, home / f"{source.parent.name}-{source.stem}.o") for source in sources]
    with ThreadPoolExecutor(int(JOBS)) as pool:
        errors = [text for text in pool.map(compile_one, jobs) if text]
    shutil.rmtree(copy)
    if errors:
        raise Stop(f"mutant {mutant.id} does not compile:\n{errors[0]}")
    stamp.write_text(row)
    return sorted(home.glob("*.o"))


def make(mutant, judge, key):
    """The judge's program with the planted bug; Stop when it does not compile."""
    home = OUT / mutant.id / judge.preset
    program, stamp = home / Path(judge.program).name, home / f"{Path(judge.program).name}.stamp"
    row = hashlib.sha256(repr((mutant.edits, key)).encode()).hexdigest()
    if program.exists() and stamp.exists() and stamp.read_text() == row:
        return program
    changed = objects(mutant, judge, key[0])
    words, at = link_command(judge.preset, judge.program)
    # before the library, so that the linker takes these and not the sound ones
    link = [*words[:at], "-o", str(program), *(str(path) for path in changed), *words[at + 2:]]
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


def closing(rows):
    real = [row for row in rows if not row.mutant.neutral and not row.mutant.cannot]
    legal = [row for row in rows if row.mutant.neutral and not row.mutant.cannot]
    return (f"killed {sum(row.noticed() for row in real)} of {len(real)}, "
            f"neutral alarms {sum(row.noticed() for row in legal)} of {len(legal)}")


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


def numbers(words):
    given = words.pop(0).split(",") if words else []
    if not given or not all(word.isdecimal() and int(word) for word in given):
        raise Stop(f"--seconds wants whole numbers of seconds, separated by commas; {USAGE}")
    return sorted(int(word) for word in given)


@dataclass
class Wanted:
    """What the command line asks for."""
    judges: list
    seconds: list
    names: list
    write: bool = False
    core: bool = False
    reduce: bool = False


def parse_args(args):
    want = Wanted(["scripts"], [FUZZ_SECONDS], [])
    words = list(args)
    while words:
        word = words.pop(0)
        if word == "--with":
            if not words:
                raise Stop(f"--with wants the name of a judge; {USAGE}")
            want.judges = words.pop(0).split(",")
        elif word == "--seconds":
            want.seconds = numbers(words)
        elif word in ("--write", "--core", "--reduce"):
            setattr(want, word[2:], True)
        elif word.startswith("-"):
            raise Stop(USAGE)
        else:
            want.names.append(word)
    if want.write and (want.names or want.core or want.judges != ["scripts"]):
        raise Stop("--write needs all mutants and the scripts alone: without IDs, --core and --with")
    return want


def prepare(judges):
    """Builds what the mutants are made of; {id of judge: key}."""
    for preset in sorted({judge.preset for judge in judges}):
        build(preset, sorted({Path(judge.program).name for judge in judges if judge.preset == preset}))
    for judge in judges:
        judge.prepare()
    stack = stack_hash()
    return {judge.name: key_of(judge, stack) for judge in judges}


def ask(mutant, judges, keys):
    """The row of one mutant. A fuzzer is not asked what the committed corpus or a shorter run has noticed."""
    row = Row(mutant)
    for judge in judges:
        if mutant.cannot or (isinstance(judge, Engine) and row.chained()):
            continue
        row.add(judge.column, judge.judge(mutant, make(mutant, judge, keys[judge.name])))
    return row


def maker(keys):
    """Makes the program of a judge with a planted bug, of the sources that the keys were made of."""
    stack = next(iter(keys.values()))[0]

    def make_for(mutant, judge):
        name = Path(judge.program).name
        if not (BUILD / judge.preset / judge.program).exists():
            build(judge.preset, [name])
        return make(mutant, judge, key_of(judge, stack))
    return make_for


def verb_mutants(args):
    want = parse_args(args)
    rows = choose(all_rows(), want.names)
    if want.core:
        rows = [row for row in rows if row.neutral or CORE.fullmatch(row.id)]
    judges = [judge for word in want.judges for judge in judges_named(word, want.seconds)]
    packages.need("mutants")
    keys, done = prepare(judges), []
    columns = list(dict.fromkeys(judge.column for judge in judges))
    single = columns == ["scripts"]
    if not single:
        print(kill_table.head(columns), flush=True)
    for mutant in rows:
        row = ask(mutant, judges, keys)
        done.append(row)
        verdict = row.by_column.get("scripts") or Verdict(mutant)
        print(line(verdict) if single else kill_table.text(row, columns), flush=True)
    if want.write:
        verdicts = [row.by_column.get("scripts") or Verdict(row.mutant) for row in done]
        write_tables(verdicts, {script: record["spec"] for (script, _), record in judges[0].records.items()})
    if want.reduce:
        print("\n".join(witness.reduce_all(done, maker(keys))), flush=True)
    if not single:
        print("\n".join(kill_table.summary(done, columns)))
    print(closing(done))
    return 0
