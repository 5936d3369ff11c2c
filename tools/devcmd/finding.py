"""What becomes of a finding of a fuzzer that plays programs (fuzz/prog/program.h): the fewest steps with which the same
oracle still speaks, a script and a capture of them, whether the script reproduces, and one line for a bug tracker.

The reducer knows where steps begin and nothing of what they mean. It is deterministic: the same input and the same
program give the same result."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from judges import cause
from steps import ROOT, run_quietly

PROGRAM = ROOT / "fuzz/prog/program.h"
STATE = re.compile(r"state state=\S+ state=(\S+?):")
RUNS_MAX = 4000      # of the reducer
RUN_SECONDS = 20
HANG_RUNS_MAX, HANG_SECONDS = 60, 3   # the same where each run takes its whole time
OWN_CHECK = "the target is broken"   # what tcprove says where a fuzzer says O01
STILL_ASLEEP = ("while a blocking", "the call blocks for ever")   # ... and where a call does not come back
MALFORMED = "live packet is malformed"   # ... and where a packet is sent that none can read
OTHER_TEXT = "is not the one that was sent with this number"   # ... and where a user reads what nobody sent
PROGRAMS = ("seg", "meta", "canary")   # targets whose input is a program


def widths():
    """Bytes of a header and of a step."""
    text = PROGRAM.read_text(encoding="utf-8")
    return tuple(int(re.search(rf"\b{name} = (\d+)", text)[1]) for name in ("FZ_HEADER_BYTES", "FZ_STEP_BYTES"))


@dataclass(frozen=True)
class Failure:
    """What is compared to tell one fault from another."""
    oracle: str
    state: str   # of the connection that changed its state last; where the program starts if none did
    step: str    # the kind of the last step

    def text(self):
        return f"{self.oracle}, {self.state}, {self.step}"


@dataclass
class Input:
    """A program as bytes: header, steps. A cut step at the end means nothing."""
    header: bytes
    steps: tuple

    def data(self):
        return self.header + b"".join(self.steps)


def split(data):
    head, width = widths()
    whole = len(data) - (len(data) - head) % width if len(data) > head else len(data)
    return Input(data[:head].ljust(head, b"\0"), tuple(data[at:at + width] for at in range(head, whole, width)))


# ---------- running ----------

def run(program, data, seconds=RUN_SECONDS, **env):
    """(exit status, output) of a replay program or a fuzzer over one input."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            done = run_quietly([program, file.name], seconds, env={**os.environ, **env}, cwd=tempfile.gettempdir())
        except subprocess.TimeoutExpired:
            return -1, "libFuzzer: timeout"
    return done.returncode, done.stdout + done.stderr


def failure(program, data, seconds=RUN_SECONDS):
    """The Failure, or None when all is well."""
    status, output = run(program, data, seconds)
    if status == 0:
        return None
    states = STATE.findall(output)
    start = re.search(r"start: ([^,\n]*)", output)
    kinds = re.findall(r"step \d+: (\w+)", output)
    ended = bool(re.search(r"^ *[\d.]+ +end$", output, re.M))
    return Failure(cause(output, status), states[-1] if states else start[1] if start else "?",
                   "END" if ended else kinds[-1] if kinds else "START")


def words_of(program, data):
    """What the oracle said."""
    lines = run(program, data)[1].splitlines()
    return next((line for line in lines if line.startswith("O") and line[1:3].isdecimal()), lines[0] if lines else "?")


# ---------- reducing ----------

class Reducer:
    """fails(bytes): whether it still fails in the same way."""

    def __init__(self, fails, most=None):
        self.fails, self.runs, self.most = fails, 0, most or RUNS_MAX

    def still(self, candidate):
        self.runs += 1
        return self.runs <= self.most and self.fails(candidate.data())

    def without_steps(self, now):
        """Takes ranges of steps out, long ones first, from the end: what comes behind the failure goes first."""
        size = len(now.steps)
        while size:
            at = len(now.steps) - size
            while at >= 0:
                shorter = Input(now.header, now.steps[:at] + now.steps[at + size:])
                if self.still(shorter):
                    now = shorter
                at -= size
            if size > len(now.steps) > 0:
                size = len(now.steps)
            else:
                size //= 2
        return now

    def with_zeros(self, bytes_of, put, now):
        """Sets bytes to 0, all that can be: first all together, then one by one."""
        old = bytes_of(now)
        first = 1 if len(old) == widths()[1] else 0   # the kind of a step stays
        wiped = put(now, old[:first] + bytes(len(old) - first))
        if wiped.data() != now.data() and self.still(wiped):
            return wiped
        for at in range(first, len(old)):
            current = bytes_of(now)
            if current[at]:
                simpler = put(now, current[:at] + b"\0" + current[at + 1:])
                if self.still(simpler):
                    now = simpler
        return now

    def simpler(self, now):
        now = self.with_zeros(lambda i: i.header, lambda i, new: Input(new, i.steps), now)
        for n in range(len(now.steps)):
            now = self.with_zeros(lambda i, n=n: i.steps[n],
                                  lambda i, new, n=n: Input(i.header, (*i.steps[:n], new, *i.steps[n + 1:])), now)
        return now

    def reduce(self, data):
        """Until nothing can be taken away; bytes."""
        now, before = split(data), None
        while before is None or now.data() != before:
            before = now.data()
            now = self.simpler(self.without_steps(now))
        return now.data()


def reduce(program, data):
    """(fewer bytes that fail by the same oracle, runs it took); the data as they are if they do not fail."""
    first = failure(program, data)
    if first is None:
        return data, 1

    hangs = first.oracle == "HANG"

    def same(candidate):
        found = failure(program, candidate, HANG_SECONDS if hangs else RUN_SECONDS)
        return found is not None and found.oracle == first.oracle

    reducer = Reducer(same, HANG_RUNS_MAX if hangs else None)
    return reducer.reduce(data), reducer.runs + 1


# ---------- telling ----------

QUIET = "130s"   # longer than any timeout of a connection whose peer is silent


def export(program, data, script, capture, said, aftermath=0, quiet=False):
    """Writes the story as a script and as a capture. False: there is none. aftermath: how much it goes on behind the
    moment when the oracle spoke (fuzz/prog/play.h), for what is wrong inside may show on the wire only then. quiet: the
    script says that nothing follows, for a host that will never send again what is lost."""
    script.unlink(missing_ok=True)   # one of an earlier run is not this story
    run(program, data, FZ_SCRIPT=str(script), FZ_PCAP=str(capture), FZ_AFTERMATH=str(aftermath))
    if not script.exists():
        return False
    with open(script, "a", encoding="utf-8") as file:
        where = "Before the last steps" if aftermath else "Here"
        if aftermath:
            file.write("+3 `true` // a host that fails its own checks does so when time passes\n")
        file.write(f"// {where} an oracle of the fuzzer spoke: {said}\n"
                   "// What stands above is what the stack did, right or wrong.\n")
    if quiet:
        told = script.read_text(encoding="utf-8")
        script.write_text(told.replace("//: preset:", f"//: quiet: {QUIET}\n//: preset:", 1), encoding="utf-8")
    return True


@dataclass(frozen=True)
class Ran:
    """What became of a script on one stack."""
    outcome: str   # passes, fails, hangs
    why: str

    def says(self, *words):
        return any(word in self.why for word in words)


def run_script(tcprove, script):
    try:
        done = run_quietly([tcprove, "run", script], RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return Ran("hangs", f"no end after {RUN_SECONDS} s")
    if done.returncode == 0:
        return Ran("passes", "it passes")
    why = re.search(r"^ +why +(.*)$", done.stdout, re.M)
    own = OWN_CHECK if OWN_CHECK in done.stdout else ""
    return Ran("fails", f"{own} {why[1].split('/')[-1] if why else done.stderr}".strip())


def manner(ran, oracle):
    """How the stack does what the finding tells: as the script says, or it finds its own belief broken, or gives its
    user other text than was sent, or, if it hung, hangs, or, if a call slept for ever, sleeps. None: it does something
    else."""
    if oracle == "HANG":
        return "hangs" if ran.outcome == "hangs" else None
    if ran.says(OWN_CHECK):
        return "its own check fails"
    if oracle.startswith("O61") and ran.says(*STILL_ASLEEP):
        return "a call sleeps"
    if ran.says(MALFORMED):
        return "it sends what is no packet"
    if ran.says(OTHER_TEXT):
        return "a user reads other text"
    return "as it is told" if ran.outcome == "passes" else None


def reproduces(tcproves, script, oracle):
    """(whether the stack with the fault does it again and the sound one does not, why not). tcproves: of the stack with
    the fault, and the sound one or None, if there is no other."""
    faulty, sound = tcproves
    ran = run_script(faulty, script)
    how = manner(ran, oracle)
    if how is None:
        return False, ran.why
    if sound and manner(run_script(sound, script), oracle) == how:
        return False, "the sound stack does the same"
    return True, ""


# FZ_AFTERMATH (fuzz/prog/script.h): what comes behind is not told, a little of it, all; the same with what is believed;
# what is believed when all has come to rest.
AFTERMATHS = range(7)


def tell_so_that_it_shows(program, data, places, said, oracle, tcproves):
    """Exports the shortest story that shows on the wire what is wrong; (whether it does, why not). places: for the
    script and the capture."""
    why = "there is none"
    for aftermath, quiet in [*((n, False) for n in AFTERMATHS), (0, True)]:
        if not export(program, data, *places, said, aftermath, quiet):
            return False, why
        good, why = reproduces(tcproves, places[0], oracle)
        if good:
            return True, ""
    return False, why


def test_of(sound_program, data, place, tcproves):
    """Where there is a sound stack: the same input as that plays it is a script which passes there, and has to fail on
    the stack with the fault. Writes the shortest that does; (whether there is one, why not)."""
    faulty, sound = tcproves
    why = "there is none"
    for aftermath in AFTERMATHS:
        place.unlink(missing_ok=True)
        run(sound_program, data, FZ_SCRIPT=str(place), FZ_AFTERMATH=str(aftermath))
        if not place.exists():
            return False, why
        on_sound, on_faulty = run_script(sound, place), run_script(faulty, place)
        if on_sound.outcome != "passes":
            why = f"the sound stack: {on_sound.why}"
        elif on_faulty.outcome != "passes":
            return True, ""
        else:
            why = "the stack with the bug passes too"
    return False, why


def work_up(finding, programs, known):
    """Reduces, tells one finding apart from those known (a dictionary that grows), and writes what belongs to it beside
    it. programs: (a program that fails, tcprove linked with the same stack). Lines to print."""
    program, tcprove = (Path(path).resolve() for path in programs)
    small, runs = reduce(program, finding.read_bytes())
    found = failure(program, small)
    if found is None:
        return [f"finding: {finding} does not fail again"]
    if found in known:
        finding.unlink()
        return [f"once more: {found.text()} (as {known[found].name})"]
    path = finding.with_name(f"min-{finding.name}")
    path.write_bytes(small)
    known[found] = path
    said, steps = words_of(program, small), len(split(small).steps)
    script, capture = path.with_suffix(".pkt"), path.with_suffix(".pcapng")
    lines = [f"finding: {path} ({steps} operations, after {runs} runs)", f"what:    {found.text()}",
             f"again:   {program} {path}"]
    good, why = tell_so_that_it_shows(program, small, (script, capture), said, found.oracle, (tcprove, None))
    if script.exists():
        lines += [f"script:  {script}: {'reproduces' if good else f'does not reproduce: {why}'}",
                  f"capture: {capture}"]
    lines.append(f"tracker: {said} [{found.state}, {found.step}] in {steps} operations; input {small.hex()}")
    return lines
