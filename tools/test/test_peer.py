"""Setting ours beside packetdrill: what counts as agreement, what is kept, and that a run that hangs is ended."""

import json
import subprocess
import sys
import time
from pathlib import Path

import packetdrill
import parity
import passes
import pytest


def answer(verdict, line=None, said=""):
    return {"verdict": verdict, "line": line, "said": said, "late_us": 0, "seconds": 0.5, "tries": 1}


class Fake:
    """A tool that gives the answers of a list, one after the other."""

    def __init__(self, name, answers):
        self.name, self.rows = name, list(answers)

    def batches(self, runs):
        return [[run] for run in runs]

    def answers(self, batch):
        yield batch[0], self.rows.pop(0)


RUNS = [("/s/a.pkt", "ipv4"), ("/s/b.pkt", "ipv4"), ("/s/c.pkt", "ipv6"), ("/s/d.pkt", "ipv6")]


def test_the_variants_are_those_of_packetdrills_own_runners(tmp_path):
    for name in ("any.pkt", "only-v4.pkt", "only-v6.pkt"):
        (tmp_path / name).write_text("")
    runs = [(Path(script).name, variant) for script, variant in passes.runs_of(tmp_path)]
    assert runs == [("any.pkt", "ipv4"), ("any.pkt", "ipv6"), ("any.pkt", "ipv4-mapped-ipv6"),
                    ("only-v4.pkt", "ipv4"), ("only-v4.pkt", "ipv4-mapped-ipv6"), ("only-v6.pkt", "ipv6")]


@pytest.mark.parametrize("message, line", [
    ("x.pkt:12: runtime error", 12), ("/far/away/x.pkt:7: error", 7), ("x.pkt: error executing", None),
    ("other.pkt:3: error", None), ("", None),
])
def test_the_line_stands_behind_the_scripts_name(message, line):
    assert passes.line_of(message, "/s/x.pkt") == line


def test_verdicts_count_for_all_runs_and_lines_for_those_that_fail_in_both():
    mine = dict(zip(RUNS, [answer("pass"), answer("fail", 3), answer("fail", 4), answer("pass")]))
    peer = dict(zip(RUNS, [answer("pass"), answer("fail", 3), answer("fail", 5), answer("fail", 9)]))
    verdicts, fails, lines = parity.compare(RUNS, mine, peer)
    assert (verdicts, fails, lines) == ([RUNS[3]], [RUNS[1], RUNS[2]], [RUNS[2]])
    assert not parity.good(RUNS, verdicts, fails, lines)
    assert parity.good(list(range(481)), [0, 1, 2], [], [])
    assert not parity.good(list(range(481)), [0, 1, 2, 3], [], [])


def test_a_difference_is_a_flip_only_if_both_tools_gave_the_same_answer_once():
    assert parity.settled({"pass": 3}, {"pass": 1, "fail line 7": 2}) == "flips"
    assert parity.settled({"fail line 8": 3}, {"fail line 7": 3}) == "differs each time"


def test_an_interrupted_pass_goes_on_where_it_stopped(tmp_path):
    file = tmp_path / "kept.jsonl"
    told = []
    passes.go(Fake("x", [answer("pass"), answer("fail", 3)]), RUNS[:2], passes.Kept(file), lambda *w: told.append(w))
    file.write_text(file.read_text() + '{"script": "/s/c')  # cut off while it wrote
    kept = passes.Kept(file)
    passes.go(Fake("x", [answer("pass"), answer("pass")]), RUNS, kept, lambda *w: told.append(w))
    assert [kept.answers[run]["verdict"] for run in RUNS] == ["pass", "fail", "pass", "pass"]
    assert told[-1] == ("x", 4, 4)
    assert kept.seconds() == 2


def test_the_headline_is_the_plain_pass_and_repetitions_stand_beside_it(tmp_path, capsys):
    keeps = [passes.Kept(), passes.Kept()]
    keeps[0].answers = {RUNS[0]: answer("fail", 3, "a.pkt:3: x"), RUNS[1]: answer("pass")}
    keeps[1].answers = {RUNS[0]: answer("pass"), RUNS[1]: answer("pass")}
    tools = [Fake("packetdrill", [answer("pass"), answer("fail", 3)]), Fake("tcprove", [answer("pass")] * 2)]
    opts = type("Opts", (), {"again": 2, "json": tmp_path / "out.json"})
    assert parity.report(RUNS[:2], "/s", keeps, tools, opts) == 1
    said = capsys.readouterr().out
    assert "verdicts agree: 1 of 2; failing lines agree: 0 of 0" in said
    assert "a.pkt @ipv4 [flips: packetdrill {'fail line 3': 2, 'pass': 1}, tcprove {'pass': 3}]" in said
    numbers = json.loads((tmp_path / "out.json").read_text())
    assert (numbers["verdicts_agree"], numbers["good"], numbers["differ"][0]["repeated"]["settled"]) == \
        (1, False, "flips")


def test_what_a_tool_breaks_of_is_told():
    class Broken(Fake):
        def answers(self, batch):
            raise OSError("no such program")
            yield

    with pytest.raises(OSError, match="no such program"):
        parity.both([Broken("a", []), Fake("b", [answer("pass")] * 4)], RUNS, [passes.Kept(), passes.Kept()], True)


def test_a_run_that_hangs_is_ended_with_all_its_children(tmp_path):
    program = tmp_path / "packetdrill"
    program.write_text("#!/bin/sh\nsleep 987.5 &\nsleep 987.5\n")
    program.chmod(0o755)
    script = tmp_path / "x.pkt"
    script.write_text("")
    start = time.monotonic()
    status, said = packetdrill.packetdrill(program, script, "ipv4", parse_only=True, limit=0.5)
    assert (status, said) == (1, "still running after 0.5 s")
    assert time.monotonic() - start < 5
    left = subprocess.run(["pgrep", "-f", "sleep 987[.]5"], capture_output=True, text=True, check=False).stdout
    assert left == ""


def test_the_line_that_names_the_script_is_the_answer_not_what_its_commands_complain_of(tmp_path):
    program = tmp_path / "packetdrill"
    program.write_text("#!/bin/sh\necho 'ip: not found' >&2\necho 'x.pkt:3: error' >&2\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "x.pkt").write_text("")
    assert packetdrill.packetdrill(program, tmp_path / "x.pkt", "ipv4", parse_only=True) == (1, "x.pkt:3: error")


def test_wrong_usage_ends_with_status_2(tmp_path):
    command = [sys.executable, parity.__file__]
    for words in ([tmp_path / "nothing", tmp_path], [sys.executable, tmp_path, "--cpus", "0,0"]):
        done = subprocess.run([*command, *map(str, words)], capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr


def test_unsteady_is_neither_passed_nor_failed():
    assert [passes.verdict_of(o) for o in ("pass", "fail", "lax", "error", "n/a", "no record", "unsteady")] == \
        ["pass", "fail", "fail", "fail", "fail", "fail", "unsteady"]


def kept(folder, name, verdicts):
    rows = [{"script": run[0], "variant": run[1], "answer": answer(v)} for run, v in zip(RUNS, verdicts)]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("last, status, words", [
    (["pass", "fail", "fail", "pass"], 0, "verdicts that differ: 0 of 4"),
    (["pass", "fail", "pass", "pass"], 1, "verdicts that differ: 1 of 4"),
    (["pass", "fail", "unsteady", "pass"], 1, "verdicts that differ: 1 of 4"),
])
def test_every_parallel_pass_must_say_what_the_serial_one_says(tmp_path, capsys, monkeypatch, last, status, words):
    for name in ("serial", "parallel-1"):
        kept(tmp_path, name, ["pass", "fail", "fail", "pass"])
    kept(tmp_path, "parallel-2", last)
    (tmp_path / "s").mkdir()
    monkeypatch.setattr(parity, "runs_of", lambda folder: RUNS)
    monkeypatch.setattr(sys, "argv", ["parity.py", "--parallel", "2", str(tmp_path / "s"), "--keep", str(tmp_path),
                                      "--json", str(tmp_path / "out.json")])
    assert parity.main() == status
    assert words in capsys.readouterr().out
    numbers = json.loads((tmp_path / "out.json").read_text())
    assert numbers["good"] == (status == 0)
    assert len(numbers["flips"]) == status


def test_a_parallel_pass_may_not_take_too_long(monkeypatch, capsys, tmp_path):
    def slow(tool, runs, answers, tell):
        for run in runs:
            answers.put(run, answer("pass"))
    monkeypatch.setattr(parity, "go", slow)
    monkeypatch.setattr(parity, "runs_of", lambda folder: RUNS)
    for most, status in (("100", 0), ("-1", 1)):
        monkeypatch.setattr(sys, "argv", ["parity.py", "--parallel", "1", str(tmp_path), f"--most={most}"])
        assert parity.main() == status
        assert f"s: {status}\n" in capsys.readouterr().out


def test_parity_wants_a_binary_or_a_number_of_passes(monkeypatch, tmp_path):
    for words in ([str(tmp_path)], ["/bin/true", str(tmp_path), "--parallel", "2"]):
        monkeypatch.setattr(sys, "argv", ["parity.py", *words])
        with pytest.raises(SystemExit) as end:
            parity.main()
        assert end.value.code == 2
