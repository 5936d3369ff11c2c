"""The command from outside: every test runs the built program. TCPROVE names it; default is the release build."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("TCPROVE", ROOT / "build/release/bin/tcprove")).resolve()

HANDSHAKE = """0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 65535 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+.1 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
"""
FAILING = HANDSHAKE + "+.1 write(4, ..., 100) = 99\n"


class Done:
    """What came of one call."""

    def __init__(self, process):
        self.status = process.returncode
        self.raw_out, self.raw_err = process.stdout, process.stderr
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")


def environment(extra=None):
    env = {k: v for k, v in os.environ.items() if k not in ("TCPROVE_SCRIPTS", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS")}
    return {**env, **(extra or {})}


def tcprove(*words, cwd=ROOT, env=None, timeout=120, stdin=subprocess.DEVNULL):
    process = subprocess.run([PROGRAM, *map(str, words)], cwd=cwd, env=environment(env), timeout=timeout, stdin=stdin,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return Done(process)


def until(what, seconds=20):
    """Whether it comes true within so long; what other processes do is waited for, never slept over."""
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def without_wall_time(text):
    return re.sub(r'"wall_us":\d+', '"wall_us":0', text)


@pytest.fixture
def script(tmp_path):
    """Writes a script into an empty folder and returns its path."""

    def write(text, name="x.pkt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def pytest_configure(config):
    if not PROGRAM.exists():
        raise pytest.UsageError(f"{PROGRAM} is not there: build it (tools/dev build release) or name it in TCPROVE")
