"""Scripts that must fail, each with exactly the recorded text. GOLDEN=write records the texts anew."""

import os
import re

import pytest
from conftest import ROOT, tcprove

FOLDER = ROOT / "conformance/selftest"
SCRIPTS = sorted(FOLDER.glob("*.pkt"))


def told(done):
    """Everything but the counting lines at the end, which hold real time."""
    return re.sub(r"\d+ (?:fail|error) {8}.*\n\d+ unexpected of \d+\n$", "", done.out)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_a_script_that_must_fail_does_so_with_the_recorded_text(path):
    done = tcprove("run", path.relative_to(ROOT), "--variants=ipv4", "--quiet")
    assert done.status in (1, 4)
    golden = path.with_suffix(".golden")
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(told(done))
    assert told(done) == golden.read_text()
    assert done.err == ""


def test_there_is_a_text_for_every_script_and_a_script_for_every_text():
    assert {p.stem for p in SCRIPTS} == {p.stem for p in FOLDER.glob("*.golden")}
    assert len(SCRIPTS) >= 15


@pytest.mark.parametrize("variant", ["ipv6", "ipv4-mapped-ipv6"])
def test_they_fail_in_the_other_variants_too(variant):
    done = tcprove("run", FOLDER, f"--variants={variant}", "--quiet", "--tap=-")
    assert done.status == 4
    assert len(re.findall(r"^not ok ", done.out, re.M)) == len(SCRIPTS)
