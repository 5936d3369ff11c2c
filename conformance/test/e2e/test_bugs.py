"""scripts/bugs/INDEX.tsv says the same as the scripts: which known bug is asked for by which."""
import csv
import re

from conftest import ROOT, tcprove


def told_by_scripts():
    """Bug -> names of the scripts that name it, as `tcprove list` sees them."""
    found, script = {}, None
    for line in tcprove("list", "-v", "bugs/").out.splitlines():
        if line and not line.startswith(" "):
            script = line.split()[0]
        elif line.startswith("    bug "):
            for bug in re.split(r"[ ,]+", line.split(None, 1)[1].strip()):
                found.setdefault(bug, set()).add(script)
    return found


def rows():
    with open(ROOT / "conformance/scripts/bugs/INDEX.tsv", encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_row_has_its_scripts_or_a_reason():
    told = told_by_scripts()
    for row in rows():
        scripts = row["scripts, or none: why"]
        if scripts.startswith("none: "):
            assert len(scripts) > len("none: ") and row["id"] not in told, row["id"]
        else:
            assert set(scripts.split()) == told.get(row["id"]), row["id"]


def test_every_bug_that_a_script_names_has_one_row():
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids))
    assert set(told_by_scripts()) <= set(ids)


def test_three_hundred_bugs_are_asked_for():
    assert sum(not row["scripts, or none: why"].startswith("none: ") for row in rows()) >= 300
