"""What two builds of ours do with the same numbers, and the words of the verb `determinism`. The five builds of the
verb itself take minutes; what `check` has built anyway (gcc -O3, clang -O1, sanitizers) is compared here."""

import subprocess

import determinism
import pytest
from steps import BUILD, Stop

SEEDS = 400


def replays(program):
    return sorted(path for preset in ("release", "dev", "asan") for path in (BUILD / preset / "bin").glob(program))


@pytest.mark.parametrize("program, seeds", [("replay_seg", SEEDS), ("replay_pair", SEEDS // 10)])
def test_every_build_does_the_same_with_the_same_programs(program, seeds):
    there = replays(program)
    assert there, "build a preset first: tools/dev build release"
    told = {}
    for path in there:
        done = subprocess.run([path, "--hash", "--seeds", "1", str(seeds)], capture_output=True, text=True, check=True)
        told[str(path)] = done.stdout.splitlines()[:seeds]
    first = told[str(there[0])]
    assert len(set(first)) == seeds and first[0].startswith("seed 1 ")
    assert determinism.differences(told) == []


def test_a_difference_names_the_builds_and_the_seed():
    told = {"gcc": ["seed 1 aa", "seed 2 bb"], "clang": ["seed 1 aa", "seed 2 cc"]}
    assert determinism.differences(told) == ["gcc: seed 2 bb, clang: seed 2 cc"]


def test_the_words_of_a_run():
    program = determinism.HERE / "i386/bin"
    assert determinism.command("i386", "sim", 7, 9)[1:] == ["--quiet", "--hash", "--seed", "7", "--runs", "9"]
    assert determinism.command("i386", "replay_seg", 7, 9) == [program / "replay_seg", "--hash", "--seeds", "7", "9"]


@pytest.mark.parametrize("args", [["x"], ["0"], ["1", "2", "3"]])
def test_wrong_usage_is_told(args):
    with pytest.raises(Stop, match="usage: tools/dev determinism"):
        determinism.parse_args(args)
