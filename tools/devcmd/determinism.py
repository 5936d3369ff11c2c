"""`determinism`: the same seeds under five builds that differ in compiler, optimization and word size; everything that
happens must be the same, number by number (O60).

What differs here is undefined behaviour, a choice of the compiler that the language leaves open, or a width that was
taken for granted: none of them may decide what a TCP does."""

import time
from concurrent.futures import ThreadPoolExecutor

import packages
from steps import BUILD, JOBS, ROOT, Stop, capture, configure, is_count

HERE = BUILD / "same"
BUILDS = {  # folder: (compiler, flags)
    "gcc-O0": ("gcc", "-O0"),
    "clang-O0": ("clang-19", "-O0"),
    "gcc-O3": ("gcc", "-O3"),
    "clang-O3": ("clang-19", "-O3"),
    "i386": ("gcc", "-m32 -O2"),
}
# program, the words before and between its first seed and its number of seeds, and of how many seeds asked for it gets
# one: a world costs as much as dozens of programs.
PROGRAMS = {
    "replay_seg": (("--hash", "--seeds", ""), 1),
    "replay_pair": (("--hash", "--seeds", ""), 10),
    "replay_meta": (("--hash", "--seeds", ""), 10),
    "sim": (("--quiet", "--hash", "--seed", "--runs"), 100),
}
DEFAULT_SEEDS = 2000
PIECES, PIECE_LEAST = 20, 50  # of a program's seeds; each is run and compared by itself
SHOWN = 5


def built(name):
    """Configures and builds one of the five."""
    compiler, flags = BUILDS[name]
    folder = HERE / name
    done = configure(["-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None",
                      f"-DCMAKE_C_COMPILER={compiler}", f"-DCMAKE_C_FLAGS={flags}"])
    if done.status == 0:
        done = capture(["cmake", "--build", folder, "--target", *PROGRAMS, "--", "-j", JOBS])
    if done.status != 0:
        raise Stop(f"the build {name} ({compiler} {flags}) failed\n{done.output[-3000:]}")


def command(build, program, first, count):
    words = PROGRAMS[program][0]
    numbers = [str(first), str(count)] if words[-1] == "" else [str(first), words[-1], str(count)]
    return [HERE / build / "bin" / program, *words[:-1], *numbers]


def stories(build, program, first, count):
    """The lines "SEED HASH" of one run; Stop when an oracle speaks or the program ends early."""
    done = capture(command(build, program, first, count))
    lines = done.output.splitlines()[:count]
    if done.status != 0 or len(lines) != count:
        words = " ".join(str(word) for word in command(build, program, first, count))
        raise Stop(f"status {done.status} of: {words}\n{done.output[-2000:]}".replace(f"{ROOT}/", ""))
    return lines


def differences(told):
    """told: {build: lines}. The lines that are not the same everywhere, as one text each."""
    names = list(told)
    rows = zip(*told.values())
    return [", ".join(f"{name}: {line}" for name, line in zip(names, row)) for row in rows if len(set(row)) > 1]


def pieces(first, count):
    """(first, count) of each."""
    size = max(-(-count // PIECES), PIECE_LEAST)
    return [(at, min(size, first + count - at)) for at in range(first, first + count, size)]


def compare(program, first, count, pool):
    """How many of the seeds differ; tells the first ones of each piece, and how far it has come."""
    parts, began, bad = pieces(first, count), time.monotonic(), 0
    running = [{name: pool.submit(stories, name, program, *part) for name in BUILDS} for part in parts]
    try:
        for (at, size), builds in zip(parts, running):
            found = differences({name: told.result() for name, told in builds.items()})
            for line in found[:SHOWN]:
                print(f"{program} {line}")
            bad += len(found)
            print(f"{program}: {at + size - first} of {count} seeds, {bad} differ, {time.monotonic() - began:.0f} s",
                  flush=True)
    finally:
        for told in (told for builds in running for told in builds.values()):
            told.cancel()
    return bad


def parse_args(args):
    if len(args) > 2 or not all(word.isdecimal() for word in args) or not all(is_count(word) for word in args[:1]):
        raise Stop("usage: tools/dev determinism [SEEDS] [FIRST], both numbers")
    return int(args[0]) if args else DEFAULT_SEEDS, int(args[1]) if len(args) == 2 else 1


def verb_determinism(args):
    seeds, first = parse_args(args)
    packages.need("determinism")
    for name in BUILDS:
        print(f"building build/same/{name}", flush=True)
        built(name)
    bad, told, began = 0, [], time.monotonic()
    with ThreadPoolExecutor(int(JOBS)) as pool:
        for program, (_, cost) in PROGRAMS.items():
            count = max(seeds // cost, 1)
            different = compare(program, first, count, pool)
            told.append(f"{program}: {count} seeds from {first} on, {len(BUILDS)} builds, {different} differ")
            bad += different
    print("\n".join(told), f"{time.monotonic() - began:.0f} s", sep="\n")
    return 1 if bad else 0
