"""What fuzzers find in mutants: how few operations tell it, and what scripts made of them are worth (finding.py). The
one that tells what the mutant did has to make it do so again, and the sound stack not: it reproduces. The one that
tells what the sound stack does with the same input has to pass there and to fail on the mutant: it is a test. For
targets whose inputs are programs."""

import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True)
class Story:
    """Of one finding that was reduced."""
    steps: int    # None: it does not fail again
    good: bool    # its script reproduces
    test: bool    # and there is one that only the sound stack passes
    text: str


def work_up(programs, tcproves, path):
    """The Story of one finding. programs: the fuzzer with the planted bug, and the sound one; tcproves: the same."""
    program, sound_program = programs
    small, runs = finding.reduce(program, path.read_bytes())
    found = finding.failure(program, small)
    if found is None:
        return Story(None, False, False, "does not fail again")
    reduced, steps = path.with_name(f"min-{path.name}"), len(finding.split(small).steps)
    reduced.write_bytes(small)
    said, script = finding.words_of(program, small), reduced.with_suffix(".pkt")
    script.unlink(missing_ok=True)
    places = script, reduced.with_suffix(".pcapng")
    good, why = finding.tell_so_that_it_shows(program, small, places, said, found.oracle, tcproves)
    test, why_none = finding.test_of(sound_program, small, path.with_name(f"test-{path.name}.pkt"), tcproves)
    word = "script reproduces" if good else f"script does not reproduce: {why}"
    more = "and is a test" if test else f"and is no test: {why_none}"
    return Story(steps, good, test, f"{steps} operations after {runs} runs, {word}, {more}; {found.text()}")


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
        kept = asdict(work_up((programs[0], judge.sound_program()), (programs[1], sound), path))
        shelf.put(place, key, kept)
    return mutant, target, Story(**kept)


def reduce_all(rows, make, shelf):
    """Reduces what was found in each row, telling it line by line; {id: Story}.
    make(mutant, judge): the program of that judge with the planted bug."""
    stories, sound = {}, sound_tcprove()
    with ThreadPoolExecutor(int(JOBS)) as pool:
        # As they get ready: one that hangs hides no others.
        for future in as_completed([pool.submit(story_of, found, make, shelf, sound) for found in findings(rows)]):
            mutant, target, story = future.result()
            print(f"{mutant.id:<4} {target}: {story.text}", flush=True)
            stories[mutant.id] = story
    return stories


def closing(stories):
    counts = [story.steps for story in stories.values() if story.steps is not None]
    if not counts:
        return ["reduced: no finding of a target that plays programs"]
    good, tests = sum(story.good for story in stories.values()), sum(story.test for story in stories.values())
    return [f"reduced: {len(counts)} findings, median {median(counts):g} operations, longest {max(counts)}; "
            f"{good} of {len(stories)} scripts reproduce, {tests} are tests"]
