"""What becomes of findings in mutants."""

import pytest

import finding
import witness
from judges import Verdict
from kill_table import Row
from mutants import Mutant


def found(tmp_path, target, steps):
    head, width = finding.widths()
    path = tmp_path / f"finding-{target}"
    path.write_bytes(bytes(head + steps * width))
    row = Row(Mutant("A01", "a name", [("a.c", "x", "y")], False))
    row.add("corpus", Verdict(row.mutant, [f"{target} O47"], finding=path))
    return row


@pytest.fixture(name="tools")
def fixture_tools(tmp_path):
    """Programs: one that fails on everything, one under which every script does what it says."""
    fails, passes = tmp_path / "fails", tmp_path / "passes"
    fails.write_text('#!/bin/sh\necho "O47 verdict: wrong"\n[ -z "$FZ_SCRIPT" ] || echo > "$FZ_SCRIPT"\nexit 77\n')
    passes.write_text("#!/bin/sh\nexit 0\n")
    for program in (fails, passes):
        program.chmod(0o755)
    return lambda mutant, judge: passes if judge.name == "scripts" else fails


def test_a_finding_is_reduced_and_its_script_run(tmp_path, tools, capsys):
    lines = witness.reduce_all([found(tmp_path, "seg", 3)], tools)
    assert lines == ["reduced: 1 findings, median 0 operations, longest 0; 1 of 1 scripts reproduce"]
    assert "A01  seg: 0 operations" in capsys.readouterr().out


def test_bytes_that_are_no_program_are_left_alone(tmp_path, tools):
    assert witness.reduce_all([found(tmp_path, "opt", 3)], tools) == [
        "reduced: no finding of a target that plays programs"]
