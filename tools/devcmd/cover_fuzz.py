"""`cover fuzz`: what the fuzzers' inputs reach of the protocol: branches of stack/tcp and stack/mech, the cells (state
and class of segment), the legal changes of state, and the places where an oracle may speak (cover_oracles.py).

The inputs are the committed corpus, or with SECONDS what the fuzzers make out of nothing in that time. Branches that no
input can take are rows of fuzz/unreachable.tsv, each with its reason; a row of which everything is reached, or that
names nothing at all, is an error."""

import fnmatch
import json
import os
import re
import shutil
from collections import namedtuple

import cover
import cover_oracles
import packages
from steps import BUILD, ROOT, Stop, build, capture, is_count

HERE = BUILD / "cover"
FOLDERS = ("stack/tcp", "stack/mech")
TARGETS = ("seg", "pair", "api", "meta")   # those that run the stack; others read bytes
EXCEPTIONS = ROOT / "fuzz/unreachable.tsv"
MOVES = "stack/tcp/state.def"
STATES = ROOT / MOVES
CLASSES = 24
SHARES = {"seg": 0.5, "pair": 0.35, "api": 0.15}   # of the seconds
USAGE = "usage: tools/dev cover fuzz [SECONDS] [--lines]"

Branch = namedtuple("Branch", "path line text side reached source")   # side: "true" or "false"; source: its line
Row = namedtuple("Row", "path text side reason number")


# ---------- branches ----------

def source_of(path, cache):
    if path not in cache:
        cache[path] = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return cache[path]


def text_between(lines, start, end):
    """The condition as it is written, blanks made one."""
    (line, column), (last, last_column) = start, end
    if line == last:
        text = lines[line - 1].encode()[column - 1:last_column - 1].decode()
    else:
        middle = lines[line:last - 1]
        text = " ".join([lines[line - 1].encode()[column - 1:].decode(), *middle,
                         lines[last - 1].encode()[:last_column - 1].decode()])
    return re.sub(r"\s+", " ", text).strip()


def branches_of(data):
    """Every side of every condition of the two folders, once each; those inside macros where they are used."""
    cache, found = {}, {}
    for file in json.loads(data)["data"][0]["files"]:
        path = os.path.relpath(file["filename"], ROOT)
        if not path.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
            continue
        for line, column, last, last_column, true, false, *_ in file["branches"]:
            text = text_between(source_of(path, cache), (line, column), (last, last_column))
            source = source_of(path, cache)[line - 1].strip()
            for side, count in (("true", true), ("false", false)):
                key = (path, line, column, side)
                reached = count > 0 or (key in found and found[key].reached)
                found[key] = Branch(path, line, text, side, reached, source)
    return sorted(found.values())


# ---------- the list of what cannot be reached ----------

def parse_rows(text, where="fuzz/unreachable.tsv"):
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split("\t")
        if len(words) != 4 or words[2] not in ("true", "false", "both") or not words[3].strip():
            raise Stop(f"{where}:{number}: a line is: file, condition, true or false or both, reason; with tabs")
        rows.append(Row(*words, number))
    return rows


def names(row, branch):
    """File and condition of a row are patterns; behind "line:" it is one of the whole line."""
    text, pattern = (branch.source, row.text[5:]) if row.text.startswith("line:") else (branch.text, row.text)
    return (fnmatch.fnmatchcase(branch.path, row.path) and fnmatch.fnmatchcase(text, pattern)
            and row.side in (branch.side, "both"))


def excused(branches, rows):
    """(branches that a row names, rows that name no branch that is missed)."""
    named, idle = set(), []
    for row in rows:
        hit = {branch for branch in branches if not branch.reached and names(row, branch)}
        if not hit:
            idle.append(row)
        named |= hit
    return named, idle


# ---------- cells and changes of state ----------

def legal_moves(text):
    """{(from, event, to)} of state.def, states by their printed names."""
    printed = dict(re.findall(r'^S\((\w+), *"([^"]+)"', text, re.M))
    return {(printed[a], event, printed[b]) for a, event, b in re.findall(r"^T\((\w+), *(\w+), *(\w+)", text, re.M)}


def move_text(move):
    return f"{move[0]} -> {move[2]} by {move[1]}"


def impossible(moves, rows):
    """The changes of state that rows with the name of the table excuse."""
    texts = {row.text for row in rows if row.path == MOVES}
    return {move for move in moves if move_text(move) in texts}


def unknown_moves(moves, rows):
    """Rows that excuse a change of state which the table does not have."""
    texts = {move_text(move) for move in moves}
    return [row for row in rows if row.path == MOVES and row.text not in texts]


def read_cells(path):
    cells, moves = set(), set()
    for line in path.read_text().splitlines() if path.exists() else ():
        kind, *words = line.split("\t")
        (cells if kind == "cell" else moves).add(tuple(words))
    return cells, moves


# ---------- inputs ----------

def committed(target):
    kinds = [f"corpus/{kind}/fuzz_{target}" for kind in ("seed", "grown", "regress")]
    return [*kinds, *(committed("seg") if target == "meta" else ())]


def made_from_nothing(seconds):
    """Runs each engine from an empty corpus; {target: [folder]}."""
    made = {}
    build("chase", [f"fuzz_{target}" for target in SHARES])
    times = {target: max(int(seconds * share), 1) for target, share in SHARES.items()}
    first = next(iter(times))
    times[first] += max(seconds - sum(times.values()), 0)  # what whole seconds leave over
    for target, time in times.items():
        folder = HERE / "fresh" / target
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        done = capture([BUILD / f"chase/bin/fuzz_{target}", f"-max_total_time={time}", "-seed=1", "-timeout=20",
                        "-entropic=0",  # see fuzz.py
                        "-print_final_stats=1", f"-artifact_prefix={HERE}/fresh/", folder])
        runs = re.findall(r"stat::number_of_executed_units: *(\d+)", done.output)
        print(f"fuzz_{target}: {time} s, {runs[-1] if runs else '?'} runs, status {done.status}", flush=True)
        made[target] = [folder]
    return made


def replay(folders):
    """Plays everything with the counting build; (cells, moves)."""
    shutil.rmtree(cover.RAW, ignore_errors=True)
    cells, moves = set(), set()
    for target, paths in folders.items():
        table = HERE / f"cells-{target}.tsv"
        table.unlink(missing_ok=True)
        env = {**os.environ, "LLVM_PROFILE_FILE": str(cover.RAW / f"{target}.profraw"), "FZ_CELLS": str(table)}
        done = capture([HERE / f"bin/replay_{target}", "--optional", *paths], env=env)
        if done.status != 0:
            raise Stop(f"replay_{target} fails\n{done.output[-2000:]}")
        more_cells, more_moves = read_cells(table)
        cells, moves = cells | more_cells, moves | more_moves
    return cells, moves


def exported(folders):
    """What llvm-cov tells of all replay programs, as JSON."""
    cover.merged()
    first, *others = [HERE / f"bin/replay_{target}" for target in folders]
    command = ["llvm-cov-19", "export", "-format=text", f"-instr-profile={cover.PROFILE}", first]
    for other in others:
        command += ["-object", other]
    done = capture(command)
    if done.status != 0:
        raise Stop(f"llvm-cov-19 export: {done.output[-2000:]}")
    return done.output[done.output.index("{"):]


# ---------- the report ----------

def table(branches, named):
    lines = [f"{'file':<34} {'branches':>9} {'cannot':>7} {'reached':>8}"]
    paths = sorted({branch.path for branch in branches})
    for path in [*paths, *FOLDERS, "all"]:
        mine = [b for b in branches if path == "all" or b.path == path or b.path.startswith(f"{path}/")]
        cannot = sum(b in named for b in mine)
        reached = sum(b.reached for b in mine)
        lines.append(f"{path:<34} {len(mine):>9} {cannot:>7} {cover.percent(reached, len(mine) - cannot):>7.1f}%")
    return "\n".join(lines)


def tell_cells(cells, moves, rows):
    listed = legal_moves(STATES.read_text(encoding="utf-8"))
    legal = listed - impossible(listed, rows)
    states = {state for move in legal for state in (move[0], move[2])} | {"LISTEN"}
    missing = sorted(legal - moves)
    print(f"cells: {len(cells)} of {len(states) * CLASSES}; changes of state: {len(legal & moves)} of {len(legal)}",
          *(f"  not seen: {move_text(move)}" for move in missing), sep="\n")
    for move in sorted(moves - legal):
        why = "fuzz/unreachable.tsv says that it cannot be" if move in listed else f"{MOVES} has no such row"
        print(f"  seen, but {why}: {move_text(move)}")
    for row in unknown_moves(listed, rows):
        print(f"fuzz/unreachable.tsv:{row.number}: {MOVES} has no change of state \"{row.text}\"")
    return len(moves - legal) + len(unknown_moves(listed, rows))


def parse_args(args):
    words = [word for word in args if word != "--lines"]
    if len(words) > 1 or not all(is_count(word) for word in words):
        raise Stop(USAGE)
    return int(words[0]) if words else 0, "--lines" in args


def verb_cover_fuzz(args):
    seconds, with_lines = parse_args(args)
    packages.need("cover")
    build("cover", [f"replay_{target}" for target in TARGETS])
    folders = made_from_nothing(seconds) if seconds else {target: committed(target) for target in TARGETS}
    cells, moves = replay(folders)
    data = exported(folders)
    branches = branches_of(data)
    rows = parse_rows(EXCEPTIONS.read_text(encoding="utf-8"))
    named, idle = excused(branches, [row for row in rows if row.path != MOVES])
    print(table(branches, named))
    illegal = tell_cells(cells, moves, rows)
    lines, never_asked = cover_oracles.report(cover_oracles.of_export(data))
    print(*lines, sep="\n")
    if with_lines:
        missed = [b for b in branches if not b.reached and b not in named]
        print("\nnever:", *(f"{b.path}:{b.line}: {b.text} is {b.side}" for b in missed), sep="\n")
    for row in idle if not seconds else ():
        print(f"fuzz/unreachable.tsv:{row.number}: everything that this row names is reached, or is not there")
    return 1 if illegal or ((idle or never_asked) and not seconds) else 0
