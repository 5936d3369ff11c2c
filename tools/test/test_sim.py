"""The simulator from outside: its exit statuses, and that every build sees the same worlds."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIMS = sorted(path for preset in ("release", "dev", "asan") for path in (ROOT / "build" / preset / "bin").glob("sim"))


def sim(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


def test_every_build_gives_the_same_packets():
    hashes = {program: sim(program, "--seed", "1", "--runs", "60", "--hash").stdout.splitlines()[:-1]
              for program in SIMS}
    assert SIMS, "build a preset first: tools/dev build release"
    first = hashes[SIMS[0]]
    assert len(first) == 60 and len(set(first)) == 60
    assert all(lines == first for lines in hashes.values())


@pytest.mark.parametrize("words, said", [
    (["--nonsense"], 'no option "--nonsense"'),
    (["--seed"], "a number is missing after"),
    (["--seed", "x"], 'not a number: "x"'),
    (["--hosts", "9"], "from 2 to 8"),
    (["--runs", "0"], "at least 1"),
])
def test_wrong_usage_is_status_2(words, said):
    done = sim(SIMS[0], *words)
    assert done.returncode == 2 and said in done.stderr


def test_output_that_is_lost_is_no_good_run():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([SIMS[0], "--hosts", "2", "--hash"], stdout=full, stderr=subprocess.PIPE, text=True,
                              check=False)
    assert done.returncode == 2 and "cannot be written: No space left" in done.stderr


def test_help_and_a_good_run_are_status_0():
    assert "--seed" in sim(SIMS[0], "--help").stdout
    done = sim(SIMS[0], "--hosts", "3")
    assert done.returncode == 0 and "1 worlds" in done.stdout
