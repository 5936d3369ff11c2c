"""What becomes of findings in mutants."""

import pytest

import finding
import judges
import witness
import kept
from judges import Verdict
from kill_table import Row
from plant import Mutant


def found(tmp_path, target, steps):
    head, width = finding.widths()
    path = tmp_path / f"finding-{target}"
    path.write_bytes(bytes(head + steps * width))
    row = Row(Mutant("A01", "a name", [("a.c", "x", "y")], False))
    row.add("corpus", Verdict(row.mutant, [f"{target} O47"], finding=path))
    return row


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


REDUCED = "reduced: 1 findings, median 0 operations, longest 0; "


@pytest.fixture(name="told")
def fixture_told(tmp_path, monkeypatch):
    """What reduce_all says of one finding: every input fails, and every script passes on the stack with the bug. The
    sound stack plays all inputs and passes scripts, unless it is said to differ."""
    fails = program(tmp_path / "fails",
                    'echo "O47 verdict: wrong"\n[ -z "$FZ_SCRIPT" ] || echo > "$FZ_SCRIPT"\nexit 77')
    plays = program(tmp_path / "plays", '[ -z "$FZ_SCRIPT" ] || echo > "$FZ_SCRIPT"')
    passes, refuses = program(tmp_path / "passes", "exit 0"), program(tmp_path / "refuses", "exit 1")
    monkeypatch.setattr(kept, "OUT", tmp_path)
    monkeypatch.setattr(judges.Corpus, "sound_program", lambda _: plays)
    monkeypatch.setattr(witness, "key_of", lambda *_: "key")
    monkeypatch.setattr(witness, "stack_hash", lambda: "stack")

    def tell(target, sound_differs):
        monkeypatch.setattr(witness, "sound_tcprove", lambda: refuses if sound_differs else passes)
        tools = lambda mutant, judge: passes if judge.name == "scripts" else fails   # noqa: E731
        return witness.closing(witness.reduce_all([found(tmp_path, target, 3)], tools, kept.Shelf({})))
    return tell


def test_a_finding_is_reduced_and_its_script_run(told, capsys):
    assert told("seg", True) == [REDUCED + "1 of 1 scripts reproduce, 0 are tests"]
    assert "A01  seg: 0 operations" in capsys.readouterr().out
    assert told("seg", True) and "A01  seg: 0 operations" in capsys.readouterr().out   # what was kept


def test_a_script_that_the_sound_stack_passes_too_reproduces_nothing(told, capsys):
    assert told("seg", False) == [REDUCED + "0 of 1 scripts reproduce, 0 are tests"]
    assert "the sound stack does the same" in capsys.readouterr().out


def test_bytes_that_are_no_program_are_left_alone(told):
    assert told("opt", True) == ["reduced: no finding of a target that plays programs"]
