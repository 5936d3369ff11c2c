"""`mutants`: plants each bug of conformance/mutants/mutants.toml into a copy of the stack and asks who notices.

A row is an edit: in this file this text, which stands there exactly once, becomes that text. The sources know nothing
of it.
A mutant is a judge as it is (judges.py), linked with the changed stack (plant.py). `--with scripts` runs all shipped
scripts on each; a result that is not the one on the sound stack is a kill. `--with corpus` plays the committed inputs
of the fuzzers; `--with fuzz` lets the fuzzers run from there for --seconds of CPU time, shared among them (10,60: two
columns); `--with empty` the same with nothing to begin with: what the engine finds by itself. `--with sim` plays the
worlds for which there is time in the first of --seconds on the sound stack. Several judges may be named, separated by
commas, and of fuzzers some (fuzz:seg+pair). Every judge is asked about the sound stack first: who complains there is
refused. Who is killed in one column of the fuzzers is so in those to the right of it, and is not asked again. `--core`
leaves out the rows that are not of the list of 90; `--reduce` tells with how few operations each finding can be told,
whether its script reproduces, and whether the sound stack's script of the same input is a test of it. Rows of
neutral.toml are changes that the documents allow: who complains there raises an alarm, and that is a fault of the
judge.

What was judged stays below build/mutants as long as neither the stack, nor the judge, nor what it plays has changed: a
run that was cut goes on where it was when the same line is given again."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import kill_table
import packages
import witness
from judges import judges_named
from kept import Shelf
from kill_table import CORE, Row
from plant import FOLDER, all_rows, alone, choose, key_of, make, stack_hash
from steps import BUILD, JOBS, ROOT, Stop, build, is_count

FUZZ_SECONDS = 10
USAGE = "usage: tools/dev mutants [--with JUDGE,...] [--seconds N,...] [--core] [--reduce] [--write] [ID...]"


# ---------- what is printed ----------

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


# ---------- the tables that are written ----------

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


def write_tables(tables):
    for name, text in tables.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"written: conformance/mutants/{name}")


# ---------- the command line ----------

def numbers(words):
    given = words.pop(0).split(",") if words else []
    if not given or not all(is_count(word) for word in given):
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

    def scripts_alone(self):
        return self.judges == ["scripts"]


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
    if want.write and want.names:
        raise Stop("--write needs all rows: without IDs")
    if want.write and want.core == want.scripts_alone():
        raise Stop("--write is for all planted bugs and the scripts (without --core and --with), or for the list of 90 "
                   "and several judges (with both)")
    return want


# ---------- asking ----------

def prepare(judges):
    """Builds what the mutants are made of; {id of judge: key}."""
    for preset in sorted({judge.preset for judge in judges}):
        build(preset, sorted({judge.program_name() for judge in judges if judge.preset == preset}))
    stack = stack_hash()
    return {judge.name: key_of(judge, stack) for judge in judges}


def refused(judges, shelf):
    """{column: why} of those who complain about the sound stack: what they say of others is worth nothing."""
    def ask_one(judge):
        return judge, judge.ask_sound(shelf)

    bad = {}
    with ThreadPoolExecutor(int(JOBS)) as pool:
        for judge, verdict in pool.map(ask_one, judges):
            if verdict.noticed():
                bad.setdefault(judge.column, f"{judge.name}: {', '.join(verdict.killers) or verdict.trouble}")
    return bad


def ask(mutant, judges, shelf, keys):
    """The row of one mutant. A fuzzer is not asked what the committed corpus or a shorter run has noticed."""
    row = Row(mutant)
    for judge in judges:
        if mutant.cannot or row.chained(judge.column):
            continue
        row.add(judge.column, shelf.verdict(mutant, judge, lambda j=judge: make(mutant, j, keys[j.name])))
    return row


def maker(keys):
    """Makes the program of a judge with a planted bug, of the sources that the keys were made of."""
    stack = next(iter(keys.values()))[0]

    def make_for(mutant, judge):
        if not (BUILD / judge.preset / judge.program).exists():
            build(judge.preset, [judge.program_name()])
        return make(mutant, judge, key_of(judge, stack))
    return make_for


def ask_all(rows, judges, columns, shelf, keys):
    """The rows in their order, each told as soon as those before it are."""
    done, single = [], columns == ["scripts"]
    pool = ThreadPoolExecutor(int(JOBS))
    try:
        for row in pool.map(lambda mutant: ask(mutant, judges, shelf, keys), rows):
            done.append(row)
            print(line(row.verdict("scripts")) if single else kill_table.text(row, columns), flush=True)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return done


def tables_of(want, done, columns, stories, judges):
    if not want.scripts_alone():
        return {"kill_table.tsv": kill_table.tsv(done, columns, stories)}
    verdicts = [row.verdict("scripts") for row in done]
    specs = {script: record["spec"] for (script, _), record in judges[0].sound_records.items()}
    return {"witness.tsv": witness_rows(verdicts), "behaviours.tsv": behaviour_rows(verdicts, specs)}


def verb_mutants(args):
    want = parse_args(args)
    rows = choose(all_rows(), want.names)
    if want.core:
        rows = [row for row in rows if row.neutral or CORE.fullmatch(row.id)]
    if not rows:
        raise Stop("--core leaves none of these rows: it is for the list of 90")
    judges = [judge for word in want.judges for judge in judges_named(word, want.seconds)]
    packages.need("mutants")
    with alone():
        return run(want, rows, judges)


def run(want, rows, judges):
    keys = prepare(judges)
    shelf = Shelf(keys)
    bad = refused(judges, shelf)
    for column, why in bad.items():
        print(f"refused: {column}: complains about the sound stack: {why}", flush=True)
    judges = [judge for judge in judges if judge.column not in bad]
    columns = list(dict.fromkeys(judge.column for judge in judges))
    if not want.scripts_alone():
        print(kill_table.head(columns), flush=True)
    done, stories = ask_all(rows, judges, columns, shelf, keys), {}
    if want.reduce:
        stories = witness.reduce_all(done, maker(keys), shelf)
        print("\n".join(witness.closing(stories)), flush=True)
    if want.write and not bad:
        write_tables(tables_of(want, done, columns, stories, judges))
    if not want.scripts_alone():
        print("\n".join(kill_table.summary(done, columns)))
    if shelf.taken:
        print(f"{shelf.taken} verdicts were known from before (build/mutants)", file=sys.stderr)
    print(kill_table.closing(done))
    return 1 if bad else 0
