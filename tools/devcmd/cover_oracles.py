"""How often each place where an oracle may speak was asked: an oracle that is never asked is a bug of the fuzzers
(`cover fuzz` says so).

A place is a call of fz_fail, or of one of the words in fuzz/oracle/verdict.c that end in one. It was asked as often as
the statement was reached that leads to it, whatever that found."""

import json
import os
import re
from collections import namedtuple

from steps import ROOT

FOLDERS = ("fuzz/oracle/", "fuzz/prog/", "fuzz/world/", "fuzz/target/")
SPEAKS = re.compile(r"\b(?:fz_fail|SAY|stays|answered|silent|no_reset|reset_is_sent|refused)\(")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*')
DEFINES = re.compile(r"^(?:static |#define |void |bool |unsigned )")
LEADS = re.compile(r"\b(?:if|for|while|switch|return|case)\b")
# The stack finds its own belief broken; programs that cannot be set up; a byte is looked for when one is known to be
# wrong; what tells which of two worlds differs when one does, or why poll and a call disagree; a war is asked for when
# 20000 packets have passed for nothing.
NO_QUESTION = ("O36 war", "on_broken", '"setup"', '"memory"',
               '"O01 check"', '"O00 canary"', "the peer wrote", "O58 blind",
               "another %s", "fz_fail(oracle,", "fz_fail(calls, \"%s\"")

Place = namedtuple("Place", "path line text asked")


def leading(lines, number):
    """The line on which the question stands that leads to the call on this line, both counted from 1."""
    for at in range(number, 0, -1):
        if LEADS.search(STRING.sub("", lines[at - 1])):
            return at
        if lines[at - 1][:1] not in ("", " ", "#"):
            break
    return number


def count_at(segments, line, column):
    """The count of llvm-cov's newest segment that begins at or before a place; segments are in order."""
    count = 0
    for at_line, at_column, executed, has_count, *_ in segments:
        if (at_line, at_column) > (line, column):
            break
        count = executed if has_count else count
    return count


def places_of(path, text, segments):
    lines, found = text.splitlines(), []
    for number, line in enumerate(lines, 1):
        if not SPEAKS.search(line) or DEFINES.match(line) or line.rstrip().endswith("\\"):
            continue
        if any(word in line for word in NO_QUESTION):
            continue
        at = leading(lines, number)
        column = len(lines[at - 1]) - len(lines[at - 1].lstrip()) + 1
        found.append(Place(path, number, line.strip(), count_at(segments, at, column)))
    return found


def of_export(data):
    """All places, from what llvm-cov exports."""
    found = []
    for file in json.loads(data)["data"][0]["files"]:
        path = os.path.relpath(file["filename"], ROOT)
        if path.startswith(FOLDERS) and path.endswith(".c"):
            found += places_of(path, (ROOT / path).read_text(encoding="utf-8"), file["segments"])
    return sorted(found)


def report(places):
    """(lines for people, how many places were never asked)."""
    idle = [place for place in places if place.asked == 0]
    words = [f"oracles: {len(places)} places where one may speak, {len(idle)} never asked"]
    return words + [f"  {place.path}:{place.line}: {place.text}" for place in idle], len(idle)
