"""What fuzzers find in mutants: how few operations tell it, and whether the script made of them makes the same mutant
do it again (finding.py). For targets whose inputs are programs."""

from statistics import median

import finding
import judges

TCPROVE = judges.Scripts


def findings(rows):
    """(mutant, fuzzer, input) of each that was noticed by a target that plays programs."""
    for row in rows:
        for column, verdict in row.by_column.items():
            if not column.startswith(judges.CHAIN) or not verdict.finding:
                continue
            target = verdict.finding.name.removeprefix("finding-")
            if target in finding.PROGRAMS:
                yield row.mutant, target, verdict.finding


def work_up(program, tcprove, path):
    """(operations, whether the script reproduces, a line to print) of one finding."""
    small, runs = finding.reduce(program, path.read_bytes())
    found = finding.failure(program, small)
    if found is None:
        return None, False, "does not fail again"
    reduced, steps = path.with_name(f"min-{path.name}"), len(finding.split(small).steps)
    reduced.write_bytes(small)
    said, script = finding.words_of(program, small), reduced.with_suffix(".pkt")
    script.unlink(missing_ok=True)
    good, why = False, "there is none"
    if finding.export(program, small, script, reduced.with_suffix(".pcapng"), said):
        good, why = finding.reproduces(tcprove, script, found.oracle == "HANG")
    word = "script reproduces" if good else f"script does not reproduce: {why}"
    return steps, good, f"{steps} operations after {runs} runs, {word}; {found.text()}"


def reduce_all(rows, make):
    """Reduces every finding of the rows, telling it line by line; the closing lines. make(mutant, judge): the program
    of that judge with the planted bug."""
    counts, good = [], 0
    for mutant, target, path in findings(rows):
        program, tcprove = make(mutant, judges.Corpus(target)), make(mutant, TCPROVE())
        steps, reproduced, text = work_up(program.resolve(), tcprove.resolve(), path)
        print(f"{mutant.id:<4} {target}: {text}", flush=True)
        if steps is not None:
            counts.append(steps)
        good += reproduced
    if not counts:
        return ["reduced: no finding of a target that plays programs"]
    return [f"reduced: {len(counts)} findings, median {median(counts):g} operations, longest {max(counts)}; "
            f"{good} of {len(counts)} scripts reproduce"]
