"""Plants a bug: copies the stack, makes the edit of one row of conformance/mutants, compiles what changed and links it
with a judge (judges.py). What is made stays below build/mutants as long as neither the row nor the sources change."""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from steps import BUILD, JOBS, ROOT, Stop

FOLDER = ROOT / "conformance/mutants"
OUT = BUILD / "mutants"
FLOORS = ("base", "wire", "mech", "tcp", "net", "sock", "api")


@dataclass
class Mutant:
    """One row."""
    id: str
    name: str
    edits: list          # (file, old, new)
    neutral: bool
    cannot: str = ""     # why our stack cannot have this bug


@contextmanager
def alone():
    """Two runs in one tree would link and judge in the same folders. The system gives the lock back, however we end."""
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Stop(f"another `mutants` works in {OUT}: wait for its end, or take a tree of your own") from error
        yield


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
    stamp.unlink(missing_ok=True)   # a link that is cut leaves a program that no stamp vouches for
    changed = objects(mutant, judge, key[0])
    words, at = link_command(judge.preset, judge.program)
    # before the library, so that the linker takes these and not the sound ones
    link = [*words[:at], "-o", str(program), *(str(path) for path in changed), *words[at + 2:]]
    done = subprocess.run(link, cwd=BUILD / judge.preset, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(f"mutant {mutant.id} does not link:\n{done.stderr}")
    stamp.write_text(row)
    return program
