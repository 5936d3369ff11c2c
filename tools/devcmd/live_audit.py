"""`live-audit`: this kernel's TCP across a bad network; `tcprove audit` must find nothing in what was captured at its
ends (tools/peer/lossy.py)."""

import os
import shutil
import sys

import doctor
import packages
from steps import BUILD, ROOT, Count, Done, Stop, build, call, capture, is_count, last_summary

TOOL = ROOT / "tools/peer/lossy.py"
PROGRAMS = (BUILD / "release/bin/tcprove", BUILD / "release/bin/live_stack")
WHOLE_ROUNDS = 12
PART = ("--rounds", "1", "--only", "bad")


def words(*args):
    return [sys.executable, "-B", TOOL, *args, *PROGRAMS]


def verb_live_audit(args):
    if len(args) > 1 or not all(is_count(word) for word in args):
        raise Stop("usage: tools/dev live-audit [ROUNDS]")
    packages.need("live-audit")
    build("release", ["tcprove", "live_stack"])
    lacks = lacking()
    if lacks:
        raise Stop(f"live-audit: this machine lacks {', '.join(lacks)}")
    return call(words("--rounds", args[0] if args else str(WHOLE_ROUNDS)))


def lacking():
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [word for word in ("nginx", "curl", "iperf3", "tcpdump") if not shutil.which(word, path=path)]
    return doctor.live_lacks() + missing


def step():
    """For check: (Done, Count)."""
    lacks = lacking()
    if lacks:
        return Done(0, f"SKIPPED live audit: this machine lacks {', '.join(lacks)}\n"), Count(0, 0, 1)
    done = capture(words(*PART))
    return done, last_summary(done.output) or Count(0, 1)
