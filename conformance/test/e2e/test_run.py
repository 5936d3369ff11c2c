"""Running: what passes, what fails, what dies, and that nothing depends on the number of workers."""

import json
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import FAILING, HANDSHAKE, PROGRAM, ROOT, tcprove, until, without_wall_time


def records(done):
    return [json.loads(line) for line in done.out.splitlines()]


def test_all_shipped_scripts_pass_in_all_variants():
    done = tcprove("run", "--json=-")
    bad = [(r["id"], r["variant"], r["signature"]) for r in records(done) if r["surprise"]]
    assert bad == []
    assert done.status == 0


@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_the_records_do_not_depend_on_the_number_of_workers(workers):
    words = ["run", "conformance/selftest", "conformance/scripts", "--json=-", "-q"]
    one = tcprove(*words, "-j", 1)
    other = tcprove(*words, "-j", workers)
    assert without_wall_time(other.out) == without_wall_time(one.out)
    assert other.status == one.status == 4


def test_three_times_the_same_bytes():
    runs = {without_wall_time(tcprove("run", "--json=-", "-v").out) for _ in range(3)}
    assert len(runs) == 1


def test_repeating_finds_everything_steady():
    done = tcprove("run", "--repeat=5", "-q")
    assert done.status == 0, done.out


def test_the_seed_shapes_the_run_and_is_recorded(script):
    path = script(HANDSHAKE)
    one = records(tcprove("run", path, "--variants=ipv4", "--json=-", "--seed=1"))[0]
    two = records(tcprove("run", path, "--variants=ipv4", "--json=-", "--seed=0x10"))[0]
    assert two["seed"] == "0000000000000010"
    assert one["packets_hash"] != two["packets_hash"]


def test_a_worker_that_is_killed_takes_only_its_own_run_with_it(script):
    folder = script(HANDSHAKE, "s/a.pkt").parent
    script(HANDSHAKE + "+0 `kill -9 $PPID`\n", "s/b.pkt")
    script(HANDSHAKE + "+0 `echo last words; kill -SEGV $PPID`\n", "s/c.pkt")
    script(HANDSHAKE, "s/d.pkt")
    done = tcprove("run", folder, "--variants=ipv4", "--shell=host", "-j2", "--json=-")
    outcomes = {r["id"]: (r["outcome"], r["signature"]) for r in records(done)}
    assert outcomes["s/a"] == outcomes["s/d"] == ("pass", "")
    assert outcomes["s/b"] == ("error", "crash SIGKILL")
    assert outcomes["s/c"][0] == "error" and outcomes["s/c"][1].startswith("crash ")
    assert done.status == 1
    assert "last words" in done.err


def test_a_run_that_hangs_ends_at_the_time_limit(script):
    folder = script(HANDSHAKE + "+0 `tail -f /dev/null`\n", "s/a.pkt").parent
    script(HANDSHAKE, "s/b.pkt")
    start = time.monotonic()
    done = tcprove("run", folder, "--variants=ipv4", "--shell=host", "--timeout=0.5", "--json=-")
    assert time.monotonic() - start < 20
    assert [(r["outcome"], r["signature"]) for r in records(done)] == [("error", "timeout"), ("pass", "")]


SLEEPING = HANDSHAKE + """+0 %{{
import os, time
open("{0}", "w").write(str(os.getpid()))
time.sleep(60)
}}%
"""


def gone(pid):
    """A process that has ended; one that nobody has waited for yet counts as well."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_the_records_of_what_had_finished(script, tmp_path, number):
    note, results, tap = tmp_path / "pid", tmp_path / "r.jsonl", tmp_path / "r.tap"
    for i in range(3):
        folder = script(HANDSHAKE, f"s/a{i}.pkt").parent
    script(SLEEPING.format(note), "s/z.pkt")
    words = ["run", folder, "--variants=ipv4", "-j1", f"--json={results}", f"--tap={tap}", "-q"]
    # A check that runs in the background was told to ignore SIGINT, and its children would too.
    with subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)) as process:
        assert until(lambda: note.exists() and note.read_text())
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == -number
    assert "stopped: 3 of 4 runs had finished" in err
    assert [json.loads(line)["id"][-2:] for line in results.read_text().splitlines()] == ["a0", "a1", "a2"]
    assert tap.read_text() == "", "a plan would say that this is all"
    assert until(lambda: gone(note.read_text()))


@pytest.mark.parametrize("workers", ["-j0", "-j1"])
def test_no_python_stays_behind_a_runner_that_is_killed(script, tmp_path, workers):
    note = tmp_path / "pid"
    path = script(SLEEPING.format(note))
    with subprocess.Popen([PROGRAM, "run", path, "--variants=ipv4", workers], stdout=subprocess.DEVNULL) as process:
        assert until(lambda: note.exists() and note.read_text())
        process.kill()
    assert until(lambda: gone(note.read_text()))


def test_commands_of_scripts_do_not_reach_this_machine_without_leave(script, tmp_path):
    done = tcprove("run", script(HANDSHAKE + f"+0 `touch {tmp_path}/proof`\n"), "--variants=ipv4")
    assert done.status == 4
    assert not (tmp_path / "proof").exists()


def test_the_line_to_type_shows_the_failure_again(script):
    path = script(FAILING, "my scripts/it's.pkt")
    first = tcprove("run", path, "--preset=linux", "-D", "X=1", "--set", "net.ipv4.tcp_sack=0", "--mtu=1520",
                    "--variants=ipv6")
    line = re.search(r"^  again    (.*)$", first.out, re.M).group(1)
    words = shlex.split(line)
    assert words[0] == "tcprove"
    second = tcprove(*words[1:])
    assert second.status == first.status == 1
    assert "Expected result 99 but got 100" in second.out
    assert "preset linux" in second.out


def test_a_verbose_run_tells_the_story_of_a_passing_script(script):
    done = tcprove("run", script(HANDSHAKE), "--variants=ipv4", "-v")
    assert done.status == 0
    assert "story" in done.out and "ESTABLISHED" in done.out


def test_a_dry_run_only_checks(script):
    assert tcprove("run", script(FAILING), "--dry_run").status == 0


def test_each_run_leaves_a_capture(script, tmp_path):
    scapy = pytest.importorskip("scapy.all", reason="scapy is one of the project's packages")
    done = tcprove("run", script(HANDSHAKE), "--pcap-dir", tmp_path / "deep/captures", "--json=-")
    found = records(done)
    assert len(found) == 3
    for r in found:
        packets = scapy.rdpcap(r["pcap"])
        assert len(packets) == r["packets_in"] + r["packets_out"] - 1  # the runner's last RST is not captured
        assert packets[0].haslayer("TCP")


def test_scripts_are_found_from_any_folder(tmp_path):
    assert "no mistakes" in tcprove("check", cwd=tmp_path).out


def test_the_environment_names_another_folder_of_scripts(tmp_path, script):
    folder = script(HANDSHAKE, "other/scripts/one.pkt").parent
    done = tcprove("list", cwd=tmp_path, env={"TCPROVE_SCRIPTS": str(folder)})
    assert done.status == 0
    assert done.out.startswith("one ")


def test_the_tables_of_the_source_tree_cover_every_cited_requirement():
    done = tcprove("check", cwd=ROOT)
    assert done.err == ""
    assert done.status == 0
