"""tcprove compare, against the recorded kernel: what differs is allowed, and what is planted is found."""

import json
import shutil
import signal
import subprocess

import pytest
from conftest import PROGRAM, ROOT, environment, tcprove

GOLDEN = ROOT / "conformance/golden/linux-6.18"
SCRIPT = "close/active-close-in-four-segments"


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    done = tcprove("compare", "clock:live-safe", "--with", "golden:linux-6.18", "--json", folder / "c.json", "--html",
                   folder / "c.html")
    return done, json.loads((folder / "c.json").read_text()), (folder / "c.html").read_text()


def test_the_reference_stack_differs_from_the_recorded_kernel_only_where_it_may(compared):
    done, answer, _ = compared
    assert answer["counts"]["must"] == 0 and answer["counts"]["unexplained"] == 0, done.out[-4000:]
    assert done.status == 0
    assert answer["compared"] > 900


def test_every_difference_has_a_class_and_every_allowed_one_its_reason(compared):
    _, answer, _ = compared
    rules = {row["line"]: row for row in answer["rules"]}
    assert sum(row["count"] for row in rules.values()) == sum(answer["counts"].values())
    assert all(row["cite"] and row["reason"] for row in rules.values())


def test_the_page_stands_alone(compared):
    _, answer, page = compared
    assert page.startswith("<!doctype html>") and "src=" not in page and "href=" not in page
    assert f"{answer['compared']} compared, {answer['equal']} equal" in page


def planted(tmp_path, change):
    """A copy of one recorded run with its row in the table changed."""
    folder = tmp_path / "golden"
    (folder / "close").mkdir(parents=True)
    shutil.copy(GOLDEN / f"{SCRIPT}@ipv4.pcapng", folder / "close")
    head, *rows = (GOLDEN / "outcomes.tsv").read_text().splitlines()
    row = next(row for row in rows if row.startswith(f"{SCRIPT}\tipv4\t"))
    cells = dict(zip(head.split("\t"), row.split("\t"), strict=True))
    change(cells)
    (folder / "outcomes.tsv").write_text(head + "\n" + "\t".join(cells.values()) + "\n")
    return tcprove("compare", f"{SCRIPT}@ipv4", "--with", f"golden:{folder}")


def test_another_result_of_a_call_is_found(tmp_path):
    def change(cells):
        cells["calls"] = cells["calls"].replace("close=0", "close=-1/EBADF")
    done = planted(tmp_path, change)
    assert done.status == 1
    assert "close: result 0, there -1" in done.out


def test_another_state_in_tcp_info_is_found(tmp_path):
    def change(cells):
        cells["info"] = " ".join("state=11" if word.startswith("state=") else word for word in cells["info"].split())
    done = planted(tmp_path, change)
    assert done.status == 1
    assert "tcpi_state: " in done.out and "there 11" in done.out


def test_nothing_planted_nothing_found(tmp_path):
    done = planted(tmp_path, lambda cells: None)
    assert done.status == 0
    assert "1 compared" in done.out


def test_whoever_stops_it_at_any_moment_gets_no_leftovers(tmp_path):
    for seconds in (0.1, 0.5, 1.5):
        with subprocess.Popen([PROGRAM, "compare", "clock:live-safe", "--with", "golden:linux-6.18"], cwd=ROOT,
                              env=environment({"TMPDIR": str(tmp_path)}), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as child:
            try:
                child.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGTERM)
            said = child.communicate(timeout=60)[1]
        assert child.returncode in (0, 3, -signal.SIGTERM)  # done; stopped; it had not begun
        assert (child.returncode == 3) == ("stopped; nothing is compared" in said)
        assert not list(tmp_path.iterdir())
