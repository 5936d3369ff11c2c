"""tools/dev: its package list, its counting, its messages."""

import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check
import cover
import fuzz
import golden
import judges
import kept
import kill_table
import live
import mutants
import packages
import plant
import pytest
import steps
from steps import VERBS_WITH_PACKAGES, Count, Done, Stop, Table, count_pytest, last_summary

ROOT = Path(check.__file__).resolve().parents[2]
DEV = ROOT / "tools/dev"


def dev(*words):
    return subprocess.run([DEV, *words], capture_output=True, text=True, check=False)


# ---------- packages ----------

def test_the_package_list_is_well_formed_and_serves_every_verb():
    rows = packages.parse(packages.LIST.read_text())
    assert all(why for _, _, why in rows)
    for verb in VERBS_WITH_PACKAGES:
        assert packages.wanted(verb), verb


@pytest.mark.parametrize("text, words", [
    ("gcc run", "x:1: a line is"),
    ("# a\ngcc walk because", "x:2: unknown verb 'walk'"),
    ("gcc run a\ngcc run b", "x:2: gcc is listed twice"),
])
def test_a_bad_package_list_says_where(text, words):
    with pytest.raises(Stop, match=words.replace("'", ".")):
        packages.parse(text, "x")


def test_what_dpkg_does_not_know_is_missing():
    assert packages.missing(["no-such-package-anywhere"]) == ["no-such-package-anywhere"]
    assert packages.missing(["dpkg"]) == []


# ---------- goldens ----------

def test_a_golden_keeps_of_tcp_info_what_is_compared_and_a_row_for_each_run():
    record = {"outcome": "pass", "signature": "", "virtual_us": 7, "calls": "1:socket=3", "info": "state=1 rcv_space=9"}
    other = {"outcome": "n/a", "signature": "needs x", "virtual_us": 0}
    marks = {"a/x": "1", "b/y": "2"}
    head, *rows = golden.outcomes({("b/y", "ipv4"): record, ("a/x", "ipv4"): other}, marks).splitlines()
    assert head.split("\t") == list(golden.COLUMNS)
    assert rows == ["a/x\tipv4\t1\tn/a\tneeds x\t0\t\t", "b/y\tipv4\t2\tpass\t\t7\t1:socket=3\tstate=1"]


# ---------- counting ----------

def test_a_run_on_a_busy_machine_is_no_failure_of_the_kernel():
    rows = [{"outcome": "pass", "surprise": None}, {"outcome": "lax", "surprise": None},
            {"outcome": "n/a", "surprise": None}, {"outcome": "fail", "surprise": None},
            {"outcome": "unsteady", "surprise": "worse", "id": "a/b", "variant": "ipv4", "message": "late"},
            {"outcome": "fail", "surprise": "worse"}, {"outcome": "pass", "surprise": "pass"}]
    lines = [json.dumps(row) for row in rows]
    assert check.count_live(lines) == Count(3, 2, 2)
    assert check.unsteady(lines) == ["a/b @ipv4: late"]


def test_the_closing_line_has_skipped_only_when_there_is_something():
    assert Count(3, 0).line() == "3 passed, 0 failed"
    assert Count(3, 1, 2).line() == "3 passed, 1 failed, 2 skipped"


def test_nothing_run_is_not_good():
    assert not Count(0, 0).good()
    assert Count(0, 0, 1).good()
    assert not Count(5, 1).good()
    assert Count(1, 0, 4).good()


def test_a_table_adds_up():
    table = Table()
    table.add("a", Count(2, 1), 0.5)
    table.add("b", Count(3, 0, 1), 1)
    assert table.total() == Count(5, 1, 1)
    assert len(table.text().splitlines()) == 3


def test_the_last_summary_counts():
    assert last_summary("1 passed, 2 failed\nx\n7 passed, 0 failed, 3 skipped\n") == Count(7, 0, 3)
    assert last_summary("nothing") is None


@pytest.mark.parametrize("line, expected", [
    ("31 passed in 3.10s", Count(31, 0)),
    ("2 failed, 31 passed, 1 skipped in 3.10s", Count(31, 2, 1)),
    ("1 error in 0.10s", Count(0, 1)),
    ("no tests ran in 0.01s", Count(0, 0)),
])
def test_pytest_is_understood(line, expected):
    assert count_pytest(f"....\n{line}\n") == expected


def test_a_command_that_fails_silently_still_counts_as_a_failure():
    assert check.one(Done(1, ""), Count(4, 0)) == Count(4, 1)
    assert check.one(Done(0, "")) == Count(1, 0)
    assert check.one(Done(1, "")) == Count(0, 1)


def test_a_ctest_report_is_added_up(tmp_path):
    report = tmp_path / "r.xml"
    report.write_text("""<testsuite>
      <testcase name="many" status="run"><system-out>5 passed, 0 failed</system-out></testcase>
      <testcase name="plain" status="run"><system-out>replayed 7 inputs</system-out></testcase>
      <testcase name="canary" status="run"><system-out>0 passed, 1 failed</system-out></testcase>
      <testcase name="bad" status="fail"><system-out>3 passed, 2 failed</system-out></testcase>
      <testcase name="crash" status="fail"><system-out>boom</system-out></testcase></testsuite>""")
    count, words = check.count_junit(report)
    assert count == Count(5 + 1 + 1 + 3, 2 + 1)
    assert "boom" in words and "many" not in words


def test_result_records_are_added_up():
    records = [{"outcome": "pass", "surprise": None}, {"outcome": "fail", "surprise": None},
               {"outcome": "n/a", "surprise": None},
               {"outcome": "fail", "surprise": "failed"}, {"outcome": "error", "surprise": None}]
    assert check.count_results([json.dumps(r) for r in records]) == Count(2, 3)


def test_a_should_that_our_stack_does_not_follow_is_a_failure_with_its_name():
    lines = [json.dumps({"id": "ack/x", "variant": "ipv4", "outcome": "lax", "surprise": None})]
    assert check.count_results(lines) == Count(0, 1)
    assert check.not_here(lines) == ["ack/x @ipv4 is lax: a SHOULD is not followed"]


def test_a_skip_fails_where_the_machine_lacks_nothing():
    done = Done(0, "SKIPPED [1] x.py:3: no reason\n")
    assert check.judge_skips(Count(5, 0, 1), ["/dev/net/tun"], done) == Count(5, 0, 1)
    assert "although" not in done.output
    assert check.judge_skips(Count(5, 0, 1), [], done) == Count(5, 1)
    assert "1 skipped although this machine lacks nothing" in done.output


def test_the_plan_names_only_earlier_steps_as_conditions():
    seen = set()
    for name, _, after in check.plan():
        assert after is None or after in seen
        assert name not in seen
        seen.add(name)


# ---------- messages ----------

def test_help_lists_every_verb():
    text = dev("help").stdout
    for verb in ("run", "check", "build", "fmt", "tidy", "bench", "fuzz", "seed", "golden", "doctor"):
        assert f"\n  {verb}" in text


@pytest.mark.parametrize("words, message", [
    (["dance"], 'no verb "dance"'),
    ([], "a verb is needed"),
    (["build", "nope"], "no preset"),
    (["build"], "one preset"),
    (["tidy", "--quick"], "tidy takes only --deep"),
    (["fuzz"], "needs a target"),
    (["fuzz", "nope"], 'no fuzz target "nope"'),
    (["fuzz", "seg", "soon"], "usage: tools/dev fuzz"),
    (["fuzz", "seg", "0"], "at least one second"),
    (["doctor", "now"], "doctor takes no arguments"),
])
def test_wrong_usage_says_what_is_right(words, message):
    done = dev(*words)
    assert done.returncode == 2
    assert message in done.stderr


def test_fuzz_statistics_are_picked_out():
    output = ("#9\tDONE   cov: 638 ft: 1209 corp: 2/9b\n"
              "stat::number_of_executed_units: 9\nstat::average_exec_per_sec:     3\n")
    assert fuzz.statistics(output) == "9 runs, 3 exec/s, 638 edges, 1209 features"


def test_a_finding_of_an_earlier_run_is_told_when_it_is_found_again(tmp_path, monkeypatch):
    (tmp_path / "old").write_bytes(b"1")
    (tmp_path / "crash-1").write_bytes(b"1")
    os.utime(tmp_path / "crash-1", ns=(1, 1))
    monkeypatch.setattr(fuzz, "run_command", lambda *_: ["sh", "-c", f"echo 1 > {tmp_path}/crash-1; exit 77"])
    new, done = fuzz.run_once("seg", 1, tmp_path)
    assert (new, done.status) == ([tmp_path / "crash-1"], 77)


def test_fuzz_takes_names_with_and_without_prefix():
    assert fuzz.parse_args(["fuzz_seg", "5"]) == ("seg", 5)
    assert fuzz.parse_args(["parse"]) == ("parse", fuzz.DEFAULT_SECONDS)


def test_what_the_system_refuses_is_one_line_with_what_to_do():
    done = subprocess.run(["/usr/bin/python3", "-B", ROOT / "tools/devcmd", "build", "release"], capture_output=True,
                          text=True, check=False, env={**os.environ, "PATH": "/nonexistent"})
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == ("tools/dev: cmake: No such file or directory: "
                                            "tools/dev doctor tells what this machine lacks")


def test_copies_that_fail_are_one_line_too():
    words = "import sys, shutil; sys.path.insert(0, 'tools/devcmd'); import runpy; " \
            "m = runpy.run_path('tools/devcmd/__main__.py', run_name='dev'); " \
            "print(m['refusal'](shutil.Error([('a', 'b', '[Errno 28] No space left on device')] * 3)))"
    done = subprocess.run(["/usr/bin/python3", "-B", "-c", words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("b: ") and "make room there" in done.stdout and done.stdout.count("\n") == 1


def test_nobody_has_to_read_to_the_end():
    done = subprocess.run(f"{DEV} help | true; exit ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash",
                          capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_cmake_is_told_again_what_it_forgets_with_another_compiler(tmp_path, monkeypatch):
    source, folder = tmp_path / "source", tmp_path / "build"
    source.mkdir()
    (source / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.16)\nproject(x C)\n")
    words = ["-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_C_FLAGS=-DKEPT", "-DCMAKE_C_COMPILER=cc"]
    for place in ("one", "two"):   # the same name, found elsewhere
        (tmp_path / place).mkdir()
        (tmp_path / place / "cc").symlink_to("/usr/bin/gcc")
        with monkeypatch.context() as here:
            here.setenv("PATH", f"{tmp_path / place}:{os.environ['PATH']}")
            assert steps.configure(words).status == 0
        assert "CMAKE_C_FLAGS:STRING=-DKEPT\n" in (folder / "CMakeCache.txt").read_text()


# ---------- an interruption ----------

@pytest.fixture(name="fresh")
def fixture_fresh(monkeypatch):
    """Nobody has been told to end yet."""
    monkeypatch.setattr(steps, "OVER", threading.Event())


def test_a_child_of_a_thread_ends_with_all_it_started_and_says_nothing(fresh, tmp_path):
    pids = tmp_path / "pids"
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(steps.run_quietly, ["sh", "-c", f"sleep 60 & echo $! > {pids}; wait"])
        next_one = pool.submit(steps.run_quietly, ["true"])
        limit = time.monotonic() + 20
        while (not pids.exists() or not pids.read_text()) and time.monotonic() < limit:
            time.sleep(0.01)
        steps.end_children(signal.SIGTERM)
        for job in (told, next_one):
            with pytest.raises(KeyboardInterrupt):
                job.result(20)
    status = Path(f"/proc/{pids.read_text().strip()}/status")
    assert not status.exists() or "(zombie)" in status.read_text()


def test_a_mutant_whose_judge_was_interrupted_is_not_judged(fresh, tmp_path, monkeypatch):
    class Cut(Sleeper):
        def judge(self, mutant, program):
            steps.end_children(signal.SIGINT)
            return judges.Verdict(mutant, [str(judges.run_limited(["true"], 1).status)])
    monkeypatch.setattr(kept, "OUT", tmp_path)
    shelf, bug = kept.Shelf({"sleeper": "stack"}), rows_of(tmp_path, ONE)[0]
    with pytest.raises(KeyboardInterrupt):
        shelf.verdict(bug, Cut(), lambda: None)
    assert not list(tmp_path.rglob("*.json"))


def test_two_runs_of_mutants_do_not_share_a_tree(tmp_path, monkeypatch):
    monkeypatch.setattr(plant, "OUT", tmp_path / "mutants")
    with plant.alone():
        with pytest.raises(steps.Stop, match="another `mutants` works in"):
            with plant.alone():
                pass
    with plant.alone():
        pass


def test_a_child_that_takes_too_long_is_ended(fresh):
    began = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        steps.run_quietly(["sh", "-c", "trap '' TERM; sleep 60; sleep 60"], 0.3)
    assert time.monotonic() - began < 9


# ---------- live-stack ----------

def result(work, **changes):
    wanted = {"digest": work.digest, "size": work.size, "seconds": 2.0, "status": 0, **changes}
    return tuple(wanted[name] for name in ("digest", "size", "seconds", "status"))


def test_a_transfer_is_right_only_when_every_byte_arrived(tmp_path):
    work = live.make_file(tmp_path, 3_000_001)
    assert work.file.stat().st_size == 3_000_001
    assert live.judge(work, result(work)) == (True, "1.5 MB/s")
    assert live.judge(work, result(work, size=9))[1] == "9 bytes arrived, 3000001 were sent"
    assert "not those that were sent" in live.judge(work, result(work, digest="0"))[1]
    assert live.judge(work, result(work, status=1))[1] == "status 1 after 3000001 of 3000001 bytes"


def test_the_file_of_live_stack_is_the_same_in_every_run(tmp_path):
    assert live.make_file(tmp_path, 100).digest == live.make_file(tmp_path, 100).digest


def test_live_stack_wants_a_number_of_megabytes():
    assert live.megabytes([]) == live.DEFAULT_MB
    for args in (["x"], ["0"], ["1", "2"]):
        with pytest.raises(Stop, match="usage"):
            live.megabytes(args)


# ---------- mutants ----------

def rows_of(tmp_path, text):
    path = tmp_path / "mutants.toml"
    path.write_text(text)
    return plant.read_rows(path, False)


ONE = """
[[mutant]]
id = "Q1"
name = "a name"
file = "stack/a.c"
old = "good"
new = "bad"
"""


def test_a_mutant_changes_the_one_place_it_names(tmp_path):
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack/a.c").write_text("good\n")
    row = rows_of(tmp_path, ONE)[0]
    assert plant.plant(row, tmp_path) == {"stack/a.c"}
    assert (tmp_path / "stack/a.c").read_text() == "bad\n"
    with pytest.raises(Stop, match="stands 0 times"):
        plant.plant(row, tmp_path)


def test_a_text_that_stands_twice_is_no_place(tmp_path):
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack/a.c").write_text("good good\n")
    with pytest.raises(Stop, match="stands 2 times"):
        plant.plant(rows_of(tmp_path, ONE)[0], tmp_path)


def test_the_closing_line_counts_real_bugs_and_alarms_apart(tmp_path):
    bug = rows_of(tmp_path, ONE)[0]
    legal = plant.Mutant("Z1", "legal", [], True)
    absent = plant.Mutant("Q2", "no", [], False, "cannot")
    verdicts = [judges.Verdict(bug, ["a/b"]), judges.Verdict(bug), judges.Verdict(legal), judges.Verdict(absent)]
    rows = [kill_table.Row(v.mutant) for v in verdicts]
    for row, verdict in zip(rows, verdicts):
        row.add("scripts", verdict)
    assert kill_table.closing(rows) == "killed 1 of 2, neutral alarms 0 of 1"
    assert [mutants.line(v).split()[0] for v in verdicts] == ["killed", "ALIVE", "legal", "n/a"]


def test_only_scripts_of_the_documents_can_give_a_false_alarm():
    assert judges.judges_documents({"level": "MUST", "target": "ref/rfc"})
    assert not judges.judges_documents({"level": "SHOULD", "target": "ref/rfc"})
    assert not judges.judges_documents({"level": "MUST", "target": "ref/linux"})


def test_every_planted_bug_finds_its_place_in_the_stack():
    rows = plant.all_rows()
    assert len({row.id for row in rows}) == len(rows)
    places = [(row.id, (ROOT / name).read_text().count(old)) for row in rows for name, old, _ in row.edits]
    assert [place for place in places if place[1] != 1] == []


def test_the_table_of_behaviours_names_scripts_and_the_bugs_they_notice(tmp_path):
    bug = rows_of(tmp_path, ONE)[0]
    table = mutants.behaviour_rows([judges.Verdict(bug, ["a/b", "c/d"])], {"a/b": ["S01", "MUST-1"], "e/f": ["S02"]})
    rows = {line.split("\t")[0]: line.split("\t") for line in table.splitlines()}
    assert rows["S01"][2:] == ["1", "a/b", "Q1"]
    assert rows["S02"][2:] == ["1", "e/f", ""]
    assert rows["S39"][2:] == ["0", "", ""]


@pytest.mark.parametrize("args", [["--with"], ["--seconds", "0"], ["--seconds", "10,"], ["--all"], ["--write", "A01"],
                                  ["--write", "--core"], ["--write", "--with", "corpus:seg"]])
def test_mutants_refuses_what_it_does_not_know(args):
    with pytest.raises(Stop):
        mutants.parse_args(args)


def test_a_choice_that_leaves_no_row_is_told():
    with pytest.raises(Stop, match="--core leaves none"):
        mutants.verb_mutants(["--core", "X01"])


@pytest.mark.parametrize("word", ["luck", "corpus:luck", "fuzz:seg+luck", "empty:luck"])
def test_a_judge_has_a_name_that_is_known(word):
    with pytest.raises(Stop, match="no judge|no fuzz target"):
        judges.judges_named(word, [10])


@pytest.mark.parametrize("seconds", [10, 60])
def test_fuzzers_share_the_seconds(seconds):
    share = judges.shares(list(judges.ASKS_STACK), seconds)
    assert sum(share.values()) == seconds
    assert share["seg"] == share["pair"] > share["meta"] >= share["parse"] >= 1
    assert judges.shares(["seg"], seconds) == {"seg": seconds}


def test_a_program_that_takes_too_long_is_ended_by_cpu_time():
    assert judges.run_limited(["sh", "-c", "while :; do :; done"], 1).status is None
    assert judges.run_limited(["sh", "-c", "exit 3"], 1).status == 3


class Sleeper(judges.Judge):
    """A judge that counts how often it is asked."""
    name, column, preset, program = "sleeper", "sleeper", "release", "bin/none"
    asked, plays_now = 0, "one"

    def plays(self):
        return self.plays_now

    def judge(self, mutant, program):
        self.asked += 1
        return judges.Verdict(mutant, ["woken"])


def test_what_was_judged_is_not_asked_again_until_something_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "OUT", tmp_path)
    judge, bug = Sleeper(), rows_of(tmp_path, ONE)[0]
    shelf = kept.Shelf({"sleeper": "stack"})
    first, second = (shelf.verdict(bug, judge, lambda: None) for _ in range(2))
    assert (first.killers, second.killers, judge.asked, shelf.taken) == (["woken"], ["woken"], 1, 1)
    judge.plays_now = "two"
    shelf.verdict(bug, judge, lambda: None)
    assert judge.asked == 2
    kept.Shelf({"sleeper": "another stack"}).verdict(bug, judge, lambda: None)
    assert judge.asked == 3


def test_what_was_kept_and_cannot_be_read_is_judged_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "OUT", tmp_path)
    judge, bug, shelf = Sleeper(), rows_of(tmp_path, ONE)[0], kept.Shelf({"sleeper": "stack"})
    for times, broken in enumerate(['{"key": "ab', "", "[]", "{}"], 1):
        path = shelf.path(bug, judge.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(broken, encoding="utf-8")
        assert shelf.verdict(bug, judge, lambda: None).killers == ["woken"]
        assert judge.asked == times


def test_who_complains_about_the_sound_stack_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "OUT", tmp_path)
    shelf = kept.Shelf({"sleeper": "stack"})
    assert mutants.refused([Sleeper()], shelf) == {"sleeper": "sleeper: woken"}


def test_a_finding_that_the_sound_stack_has_too_is_no_kill(tmp_path, monkeypatch):
    engine = judges.Fuzz("seg", 1, 1)
    bug, keep = rows_of(tmp_path, ONE)[0], tmp_path / "finding"
    keep.write_bytes(b"")
    wrong = judges.Done(77, "O47 verdict: wrong")
    monkeypatch.setattr(judges, "run_limited", lambda *_: wrong)
    told = engine.verdict(bug, wrong, keep)
    assert not told.noticed() and "so does the sound stack" in told.doubt
    monkeypatch.setattr(judges, "run_limited", lambda *_: judges.Done(0, ""))
    assert engine.verdict(bug, wrong, keep).killers == ["seg O47 verdict"]


def test_a_fuzzer_is_a_judge_for_each_of_its_times():
    assert [judge.name for judge in judges.judges_named("fuzz:seg+pair", [10, 60])] == [
        "fuzz:seg 5 of 10 s", "fuzz:pair 5 of 10 s", "fuzz:seg 30 of 60 s", "fuzz:pair 30 of 60 s"]
    assert [judge.target for judge in judges.judges_named("corpus", [10])] == list(judges.ASKS_STACK)


def test_the_programs_of_one_fuzzer_are_inputs_of_another():
    assert ("seed", "fuzz_seg") in [folder.parts[-2:] for folder in judges.corpora("meta")]
    assert ("seed", "fuzz_meta") not in [folder.parts[-2:] for folder in judges.corpora("seg")]


@pytest.mark.parametrize("output, status, told", [
    ("O24 same bytes: position 7\n  story", 77, "O24 same bytes"),
    ("==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1", 1,
     "AddressSanitizer: heap-buffer-overflow"),
    ("ERROR: libFuzzer: timeout after 10", 70, "HANG"), ("", 139, "exit status 139")])
def test_what_a_fuzzer_found_goes_by_its_oracle(output, status, told):
    assert judges.cause(output, status) == told


# ---------- cover ----------

def test_coverage_counts_the_sources_of_one_part_without_its_tests():
    def file(path, lines, hit):
        return {"filename": str(ROOT / path), "summary": {"lines": {"count": lines, "covered": hit},
                                                          "branches": {"count": 4, "covered": 1}}}
    data = json.dumps({"data": [{"files": [file("stack/tcp/a.c", 10, 9), file("stack/test/test_a.c", 5, 5),
                                           file("fuzz/prog/b.c", 3, 0)]}]})
    rows = cover.files_of(data, "stack")
    assert rows == [("stack/tcp/a.c", 10, 9, 4, 1)]
    assert cover.table(rows).splitlines()[-1].split() == ["all", "10", "90.0%", "4", "25.0%"]


@pytest.mark.parametrize("args", [["kernel"], ["stack", "fuzz"], ["--branches"]])
def test_cover_refuses_what_it_does_not_know(args):
    with pytest.raises(Stop, match="usage"):
        cover.parse_args(args)
