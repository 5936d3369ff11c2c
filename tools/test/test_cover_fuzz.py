"""`cover fuzz`: reading branches, the list of what cannot be reached, and cells."""

import json

import cover_fuzz
import pytest
from cover_fuzz import Branch
from steps import Stop

REAL = "stack/tcp/state.c"


def exported(path, branches):
    return json.dumps({"data": [{"files": [{"filename": str(cover_fuzz.ROOT / path), "branches": branches}]}]})


def test_a_branch_has_two_sides_and_its_condition_as_it_is_written():
    lines = (cover_fuzz.ROOT / REAL).read_text(encoding="utf-8").splitlines()
    number = next(i for i, line in enumerate(lines, 1) if "if (" in line)
    start = lines[number - 1].index("if (") + 5
    found = cover_fuzz.branches_of(exported(REAL, [[number, start, number, start + 4, 3, 0, 0, 0, 4]]))
    text = lines[number - 1][start - 1:start + 3].strip()
    source = lines[number - 1].strip()
    assert found == [Branch(REAL, number, text, side, reached, source)
                     for side, reached in (("false", False), ("true", True))]


def test_the_same_branch_in_two_programs_is_one_and_other_folders_are_left_out():
    twice = [[1, 1, 1, 3, 0, 0, 0, 0, 4], [1, 1, 1, 3, 0, 2, 0, 0, 4]]
    found = cover_fuzz.branches_of(exported(REAL, twice))
    assert [(b.side, b.reached) for b in found] == [("false", True), ("true", False)]
    assert cover_fuzz.branches_of(exported("stack/net/net.c", twice)) == []


def test_a_condition_over_two_lines_is_one_text():
    lines = ["  if (a &&", "      b) c;"]
    assert cover_fuzz.text_between(lines, (1, 7), (2, 8)) == "a && b"


def test_a_row_excuses_what_is_missed_and_is_idle_when_that_is_reached():
    missed = Branch("stack/tcp/a.c", 1, "x > 1", "true", False, "if (x > 1) stop();")
    reached = Branch("stack/tcp/b.c", 2, "y", "true", True, "if (y) go();")
    rows = cover_fuzz.parse_rows("# why\nstack/tcp/a.c\tx*\ttrue\tnever\nstack/tcp/b.c\ty\tboth\tnever\n")
    named, idle = cover_fuzz.excused([missed, reached], rows)
    assert named == {missed} and [row.number for row in idle] == [3]
    assert cover_fuzz.excused([missed], cover_fuzz.parse_rows("stack/*\t*\tfalse\tother side"))[0] == set()
    assert cover_fuzz.excused([missed], cover_fuzz.parse_rows("stack/*\tline:*stop()*\ttrue\tnever"))[0] == {missed}


@pytest.mark.parametrize("text", ["a\tb\ttrue", "a\tb\tmaybe\twhy", "a\tb\ttrue\t "])
def test_a_row_without_a_reason_or_a_side_is_refused(text):
    with pytest.raises(Stop, match="x:1: a line is"):
        cover_fuzz.parse_rows(text, "x")


def test_the_committed_list_is_well_formed():
    assert all(row.path.startswith("stack/") for row in
               cover_fuzz.parse_rows(cover_fuzz.EXCEPTIONS.read_text(encoding="utf-8")))


def test_the_legal_moves_are_those_of_the_stack():
    moves = cover_fuzz.legal_moves(cover_fuzz.STATES.read_text(encoding="utf-8"))
    assert ("SYN-SENT", "SYN_ACK_TAKEN", "ESTABLISHED") in moves and len(moves) > 40


def test_a_change_of_state_that_cannot_happen_is_excused_by_its_words():
    moves = {("LISTEN", "A", "CLOSED"), ("LISTEN", "B", "CLOSED")}
    rows = cover_fuzz.parse_rows("stack/tcp/state.def\tLISTEN -> CLOSED by B\ttrue\tnever")
    assert cover_fuzz.impossible(moves, rows) == {("LISTEN", "B", "CLOSED")}


def test_a_change_of_state_that_was_excused_and_is_seen_is_told(capsys):
    listed = cover_fuzz.legal_moves(cover_fuzz.STATES.read_text(encoding="utf-8"))
    move = min(listed)
    rows = cover_fuzz.parse_rows(f"stack/tcp/state.def\t{cover_fuzz.move_text(move)}\ttrue\tnever\n"
                                 "stack/tcp/state.def\tA -> B by C\ttrue\tnever", "x")
    assert cover_fuzz.tell_cells(set(), listed | {("A", "D", "B")}, rows) == 3
    said = capsys.readouterr().out
    assert f"seen, but fuzz/unreachable.tsv says that it cannot be: {cover_fuzz.move_text(move)}" in said
    assert "seen, but stack/tcp/state.def has no such row: A -> B by D" in said
    assert 'unreachable.tsv:2: stack/tcp/state.def has no change of state "A -> B by C"' in said


def test_a_table_of_cells_is_read_and_may_be_missing(tmp_path):
    table = tmp_path / "cells.tsv"
    assert cover_fuzz.read_cells(table) == (set(), set())
    table.write_text("cell\tLISTEN\tRST next\nmove\tCLOSED\tOPEN_ACTIVE\tSYN-SENT\n")
    assert cover_fuzz.read_cells(table) == ({("LISTEN", "RST next")}, {("CLOSED", "OPEN_ACTIVE", "SYN-SENT")})


def test_wrong_usage_is_told():
    for args in (["x"], ["0"], ["1", "2"]):
        with pytest.raises(Stop, match="usage: tools/dev cover fuzz"):
            cover_fuzz.parse_args(args)
