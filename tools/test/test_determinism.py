"""What two builds of ours do with the same numbers, and the words of the verb `determinism`. The five builds of the
verb itself take minutes; here the two that `check` has built anyway are compared, and brought up to date before: gcc
(-O3, as a whole) and clang (with sanitizers)."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import determinism
import pytest
from steps import BUILD, Stop, build

PRESETS = ("release", "asan")
SEEDS = {"replay_seg": 400, "replay_pair": 40, "replay_meta": 40, "sim": 8}


@pytest.fixture(scope="module", name="bins")
def two_builds():
    for preset in PRESETS:
        build(preset, determinism.PROGRAMS)
    return [BUILD / preset / "bin" for preset in PRESETS]


@pytest.mark.parametrize("program", determinism.PROGRAMS)
def test_two_compilers_do_the_same_with_the_same_seeds(bins, program):
    count = SEEDS[program]
    told = {}
    for folder in bins:
        words = [folder / program, *determinism.command("", program, 1, count)[1:]]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        told[folder.parent.name] = done.stdout.splitlines()[:count]
    numbers = [line.split()[-1] for line in told["release"]]
    assert len(numbers) == count and len(set(numbers)) > count // 2  # and not the hash of nothing
    assert determinism.differences(told) == []


def test_a_difference_names_the_builds_and_the_seed():
    told = {"gcc": ["seed 1 aa", "seed 2 bb"], "clang": ["seed 1 aa", "seed 2 cc"]}
    assert determinism.differences(told) == ["gcc: seed 2 bb, clang: seed 2 cc"]


def test_the_words_of_a_run():
    program = determinism.HERE / "i386/bin"
    assert determinism.command("i386", "sim", 7, 9)[1:] == ["--quiet", "--hash", "--seed", "7", "--runs", "9"]
    assert determinism.command("i386", "replay_seg", 7, 9) == [program / "replay_seg", "--hash", "--seeds", "7", "9"]


@pytest.mark.parametrize("first, count", [(1, 1), (7, 19), (3, 41), (1, 100000)])
def test_the_pieces_are_all_seeds_each_once(first, count):
    parts = determinism.pieces(first, count)
    assert [n for at, size in parts for n in range(at, at + size)] == list(range(first, first + count))
    assert len(parts) <= determinism.PIECES


def test_a_difference_is_counted_and_told_with_how_far_it_has_come(monkeypatch, capsys):
    def stories(name, _program, first, count):
        return [f"seed {n} {'other' if (name, n) == ('i386', 30) else 'same'}" for n in range(first, first + count)]
    monkeypatch.setattr(determinism, "stories", stories)
    with ThreadPoolExecutor(2) as pool:
        assert determinism.compare("sim", 1, 40, pool) == 1
    said = capsys.readouterr().out.splitlines()
    assert sum("i386: seed 30 other" in line for line in said) == 1
    assert said[-1].startswith("sim: 40 of 40 seeds, 1 differ")


def test_a_build_that_ends_early_stops_it(monkeypatch):
    def stories(*_words):
        raise Stop("status 1 of: ...")
    monkeypatch.setattr(determinism, "stories", stories)
    with ThreadPoolExecutor(2) as pool, pytest.raises(Stop, match="status 1"):
        determinism.compare("sim", 1, 40, pool)


@pytest.mark.parametrize("args", [["x"], ["0"], ["1", "2", "3"]])
def test_wrong_usage_is_told(args):
    with pytest.raises(Stop, match="usage: tools/dev determinism"):
        determinism.parse_args(args)
