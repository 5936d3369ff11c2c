"""One pass of a tool over many runs, kept in a file line by line, so that an interrupted pass goes on where it stopped.

A run is (script path, variant); its answer is {"verdict": "pass" | "fail" | "unsteady", "line", "said", "late_us",
"seconds"}.
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

from packetdrill import TCPROVE, VARIANTS, packetdrill

BATCH = 12  # runs that tcprove gets at once: an interruption loses no more


def runs_of(folder):
    """What packetdrill's own runners make of a folder: three variants, fewer where the file's name says so."""
    runs = []
    for script in sorted(folder.rglob("*.pkt")) if folder.is_dir() else [folder]:
        six = "ipv6"
        runs += [(str(script), variant) for variant in VARIANTS
                 if not (script.name.endswith("v6.pkt") and variant != six)
                 and not (script.name.endswith("v4.pkt") and variant == six)]
    return runs


def line_of(message, script):
    """The number behind the script's name at the start of a message; None: it names no line."""
    found = re.match(r"(?:.*/)?" + re.escape(pathlib.Path(script).name) + r":(\d+):", message or "")
    return int(found.group(1)) if found else None


def verdict_of(outcome):
    """What a record of ours says in packetdrill's terms. `unsteady` is neither: it agrees with nothing but itself."""
    return outcome if outcome in ("pass", "unsteady") else "fail"


class Kept:
    """The answers of one pass. file None: they are not kept."""

    def __init__(self, file=None):
        self.file, self.answers = file, {}
        if file and file.exists():
            for text in file.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(text)
                except ValueError:
                    continue  # the pass was cut off while it wrote
                self.answers[row["script"], row["variant"]] = row["answer"]

    def missing(self, runs):
        return [run for run in runs if run not in self.answers]

    def put(self, run, answer):
        self.answers[run] = answer
        if self.file:
            with open(self.file, "a", encoding="utf-8") as out:
                out.write(json.dumps({"script": run[0], "variant": run[1], "answer": answer}) + "\n")

    def seconds(self):
        return sum(answer["seconds"] for answer in self.answers.values())


class Theirs:
    """packetdrill: a process for each run, in a network namespace of its own."""
    name = "packetdrill"

    def __init__(self, binary, limit, cpu=None):
        self.binary, self.limit, self.cpu = binary, limit, cpu

    def batches(self, runs):
        return [[run] for run in runs]

    def answers(self, batch):
        (script, variant), = batch
        start = time.monotonic()
        status, error = packetdrill(self.binary, pathlib.Path(script), variant, parse_only=False, limit=self.limit,
                                    cpu=self.cpu)
        yield (script, variant), {"verdict": "fail" if status else "pass", "line": line_of(error, script),
                                  "said": error, "late_us": 0, "seconds": time.monotonic() - start}


class Ours:
    """tcprove run --target linux; jobs 1 is serial; None: as many as it likes."""
    name = "tcprove"

    def __init__(self, limit, jobs=1, cpu=None):
        self.limit, self.jobs, self.cpu = limit, jobs, cpu

    def batches(self, runs):
        size = BATCH if self.jobs == 1 else len(runs)
        return [runs[at:at + size] for at in range(0, len(runs), max(1, size))]

    def answers(self, batch):
        words = [f"{script}@{variant}" for script, variant in batch]
        with tempfile.TemporaryDirectory() as folder:
            record = pathlib.Path(folder) / "ours.jsonl"
            at_once = [f"-j{self.jobs}"] if self.jobs else []
            command = [TCPROVE, "run", "--target=linux", *at_once, f"--timeout={self.limit}", "--json", record]
            pin = (lambda: os.sched_setaffinity(0, {self.cpu})) if self.cpu is not None else None
            done = subprocess.run([*command, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  check=False, preexec_fn=pin)
            text = record.read_text(encoding="utf-8") if record.exists() else ""
        rows = {(str(pathlib.Path(row["path"]).resolve()), row["variant"]): row
                for row in map(json.loads, text.splitlines())}
        nothing = {"outcome": "no record", "message": done.stderr.strip(), "wall_us": 0}
        for run in batch:
            row = rows.get((str(pathlib.Path(run[0]).resolve()), run[1]), nothing)
            yield run, {"verdict": verdict_of(row["outcome"]), "outcome": row["outcome"], "tries": row.get("tries", 1),
                        "line": line_of(row["message"], run[0]), "said": row["message"] or "",
                        "late_us": row.get("late_us", 0), "seconds": row["wall_us"] / 1e6}


def go(tool, runs, kept, tell):
    """Makes the runs of a pass that are not there yet. tell(name, finished, total) after each batch."""
    batches = tool.batches(kept.missing(runs))
    tell(tool.name, len(runs) - len(kept.missing(runs)), len(runs))
    for batch in batches:
        for run, answer in tool.answers(batch):
            kept.put(run, answer)
        tell(tool.name, len(runs) - len(kept.missing(runs)), len(runs))
