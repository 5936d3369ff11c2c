"""The table of who notices which planted bug."""

import kill_table
from judges import Verdict
from kill_table import Row
from plant import Mutant
from witness import Story

COLUMNS = ["scripts", "corpus", "fuzz 10 s", "fuzz 60 s"]


def row_of(name="A01", neutral=False, **noticed):
    """noticed: scripts=["a/b"], corpus=[...], ten=[...]"""
    mutant = Mutant(name, "a name", [("a.c", "x", "y")], neutral)
    row = Row(mutant)
    for column, word in (("scripts", "scripts"), ("corpus", "corpus"), ("fuzz 10 s", "ten")):
        if word in noticed:
            row.add(column, Verdict(mutant, noticed[word]))
    return row


def test_what_the_corpus_notices_a_longer_run_notices_too():
    row = row_of(scripts=[], corpus=["seg O47"])
    assert [row.word(column) for column in COLUMNS] == ["-", "seg O47", "=", "="]
    assert [row.noticed(column) for column in COLUMNS] == [False, True, True, True]
    assert row.chained("fuzz 60 s") and not row.chained("empty 10 s") and not row.chained("sim")


def test_a_longer_run_says_nothing_of_a_shorter_one():
    row = row_of(scripts=["a/b", "c/d"], corpus=[], ten=["pair O51"])
    assert [row.word(column) for column in COLUMNS] == ["2", "-", "pair O51", "="]
    assert not row.noticed("corpus")


def test_verdicts_of_one_column_add_up():
    row = row_of(corpus=[])
    row.add("corpus", Verdict(row.mutant, ["opt O20"]))
    assert row.noticed("corpus")
    assert row.outcome() == "killed"


def test_who_complains_of_a_legal_change_raises_an_alarm():
    assert row_of("Z01", True, corpus=["seg O33"]).outcome() == "ALARM"
    assert row_of("Z01", True, corpus=[]).outcome() == "legal"


def test_the_closing_lines_count_each_column_and_the_list_of_90_apart():
    rows = [row_of(scripts=["a/b"], corpus=[]), row_of("B01", scripts=[], corpus=["opt O20"]),
            row_of("X01", scripts=[], corpus=[]), row_of("Z01", True, scripts=[], corpus=[])]
    lines = kill_table.summary(rows, ["scripts", "corpus"])
    assert lines[0].split(maxsplit=1) == [
        "scripts", "killed 1 of 3, neutral alarms 0 of 1; of the 90: 1 of 2 (50.0 %)"]
    assert lines[2].split(maxsplit=1) == [
        "union", "killed 2 of 3, neutral alarms 0 of 1; of the 90: 2 of 2 (100.0 %)"]
    assert kill_table.summary(rows[:2], ["scripts"])[0].endswith("killed 1 of 2, neutral alarms 0 of 0 (50.0 %)")
    assert kill_table.closing(rows) == "killed 2 of 3, neutral alarms 0 of 1"


def test_the_file_has_a_line_for_each_bug_and_the_sums():
    rows = [row_of(scripts=["a/b"], corpus=["seg O47"]), row_of("Z01", True, scripts=[], corpus=[])]
    lines = kill_table.tsv(rows, ["scripts", "corpus"], {"A01": Story(2, True, False, "")}).splitlines()
    assert lines[1].split("\t") == ["A01", "a name", "killed", "1", "seg O47", "2", "reproduces", "no"]
    assert lines[2].split("\t") == ["Z01", "a name", "legal", "-", "-", "", "", ""]
    assert lines[-1] == f"# {'union':<22} killed 1 of 1, neutral alarms 0 of 1 (100.0 %)"


def test_a_bug_that_cannot_be_is_neither_killed_nor_alive():
    row = Row(Mutant("A08", "no", [], False, "time is long"))
    assert row.outcome() == "n/a"
    assert kill_table.text(row, COLUMNS).endswith("no: time is long")
    assert kill_table.summary([row], ["scripts"])[0].split(maxsplit=1)[1] == "killed 0 of 0, neutral alarms 0 of 0"


def test_a_finding_that_does_not_fail_again_has_no_number_of_operations():
    again = Story(None, False, False, "does not fail again")
    lines = kill_table.tsv([row_of(corpus=["seg O47"])], ["corpus"], {"A01": again}).splitlines()
    assert lines[1].split("\t")[-3:] == ["", "does not fail again", "no"]
