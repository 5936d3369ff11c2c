"""The benchmark from outside: its words, and that the fuzzers' part measures both sides."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "build/release/bin/bench"


def bench(*words):
    return subprocess.run([BENCH, *words], capture_output=True, text=True, check=False, cwd=ROOT)


def test_help_lists_the_parts_and_wrong_words_are_status_2():
    assert BENCH.exists(), "build it first: tools/dev bench --quick conns"
    assert "  fuzz " in bench("--help").stdout
    done = bench("nope")
    assert done.returncode == 2 and 'no part "nope"' in done.stderr


def test_fuzzers_run_beside_lwip():
    done = bench("--quick", "fuzz")
    assert done.returncode == 0
    for target in ("fuzz_parse", "fuzz_seg", "fuzz_pair"):
        line = re.search(rf"{target}, .*: (\d+) exec/s, lwip (\d+) exec/s, [\d.]+x", done.stdout)
        assert line and int(line[1]) > 0 and int(line[2]) > 0
    assert re.search(r"sim: [1-9]\d+ segments/s", done.stdout)
