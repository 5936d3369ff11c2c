"""What fuzzers find in mutants: how few operations tell it, and whether the script made of them makes the same mutant
do it again, and the sound stack not (finding.py). For targets whose inputs are programs."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import finding
import judges
from kill_table import chain_of
from plant import key_of, stack_hash
from steps import BUILD, JOBS, build

TCPROVE = judges.Scripts


def findings(rows):
    """(mutant, fuzzer, input) of the first that was noticed by a target that plays programs."""
    for row in rows:
        for column, verdict in row.by_column.items():
            target = verdict.killers[0].split()[0] if verdict.killers and verdict.finding else ""
            if chain_of(column) and target in finding.PROGRAMS:
                yield row.mutant, target, verdict.finding
                break


def work_up(program, tcproves, path):
    """(operations, whether the script reproduces, a line to print) of one finding."""
    small, runs = finding.reduce(program, path.read_bytes())
    found = finding.failure(program, small)
    if found is None:
        return None, False, "does not fail again"
    reduced, steps = path.with_name(f"min-{path.name}"), len(finding.split(small).steps)
    reduced.write_bytes(small)
    said, script = finding.words_of(program, small), reduced.with_suffix(".pkt")
    script.unlink(missing_ok=True)
    places = script, reduced.with_suffix(".pcapng")
    good, why = finding.tell_so_that_it_shows(program, small, places, said, found.oracle, tcproves)
    word = "script reproduces" if good else f"script does not reproduce: {why}"
    return steps, good, f"{steps} operations after {runs} runs, {word}; {found.text()}"


def sound_tcprove():
    build(TCPROVE.preset, [TCPROVE().program_name()])
    return TCPROVE().sound_program()


def story_of(found, make, shelf, sound):
    """The same of one row, as it is kept if it was told before."""
    mutant, target, path = found
    judge, data = judges.Corpus(target), hashlib.sha256(path.read_bytes()).hexdigest()
    stack = stack_hash()
    made_of = (data, mutant.edits, key_of(judge, stack), key_of(TCPROVE(), stack))
    key = hashlib.sha256(repr(made_of).encode()).hexdigest()
    place = shelf.path(mutant, f"story {target}")
    kept = shelf.get(place, key)
    if kept is None:
        programs = make(mutant, judge).resolve(), make(mutant, TCPROVE()).resolve()
        steps, good, text = work_up(programs[0], (programs[1], sound), path)
        kept = {"steps": steps, "good": good, "text": text}
        shelf.put(place, key, kept)
    return mutant, target, kept


def reduce_all(rows, make, shelf):
    """Reduces what was found in each row, telling it line by line; {id: (operations, whether the script reproduces)}.
    make(mutant, judge): the program of that judge with the planted bug."""
    stories, sound = {}, sound_tcprove()
    with ThreadPoolExecutor(int(JOBS)) as pool:
        for mutant, target, kept in pool.map(lambda found: story_of(found, make, shelf, sound), findings(rows)):
            print(f"{mutant.id:<4} {target}: {kept['text']}", flush=True)
            stories[mutant.id] = kept["steps"], kept["good"]
    return stories


def closing(stories):
    counts = [steps for steps, _ in stories.values() if steps is not None]
    if not counts:
        return ["reduced: no finding of a target that plays programs"]
    good = sum(good for _, good in stories.values())
    return [f"reduced: {len(counts)} findings, median {median(counts):g} operations, longest {max(counts)}; "
            f"{good} of {len(stories)} scripts reproduce"]
