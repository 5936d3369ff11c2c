"""Wrong usage: exit status 2 and a message that says what to do."""

import re
import subprocess

import pytest
from conftest import FAILING, HANDSHAKE, PROGRAM, ROOT, tcprove


@pytest.mark.parametrize("words, message", [
    (["rnu"], "did you mean `tcprove run`?"),
    (["run", "--jsno=x"], "did you mean --json?"),
    (["run", "--tolerence_usecs=4"], "did you mean --tolerance_usecs?"),
    (["run", "-z"], "unknown option -z"),
    (["run", "--json"], "--json wants a value"),
    (["run", "--seed=soon"], "--seed wants a number"),
    (["run", "-jmany"], "-j wants a number"),
    (["run", "--repeat=0"], "--repeat wants a number"),
    (["run", "--target=moon"], 'unknown target "moon"; there are: ref, linux'),
    (["run", "--preset=bsd"], 'unknown preset "bsd"'),
    (["run", "--variants=ipx"], 'unknown variant "ipx"'),
    (["run", "--ip_version=ipx"], "bad --ip_version: ipx; allowed: ipv4, ipv6 or ipv4-mapped-ipv6"),
    (["run", "--bind_port", "70000"], "bad --bind_port: 70000; allowed: 1 to 65535"),
    (["run", "--ip_version=ipv6", "--variants=ipv4"], "contradict each other"),
    (["run", "--local_ip=fd00::1", "--variants=ipv4"], "--local_ip=fd00::1 is of the other family"),
    (["check", "--netmask_ip=255.0.0.0", "--variants", "ipv6"], "--netmask_ip=255.0.0.0 is of the other family"),
    (["run", "--remote_ip=192.168.0.1"], "both 192.168.0.1; the peer must be another host"),
    (["run", ""], "an empty word selects nothing"),
    (["check", " "], "an empty word selects nothing"),
    (["run", "--pcap-dir", "", "close"], "--pcap_dir wants a value"),
    (["run", "--pcap-dir=x", "--repeat=2"], "exclude each other"),
    (["run", "--mtu=-5"], "bad --mtu: -5"),
    (["run", "--json=-", "--tap=-"], "only one report"),
    (["run", "--wire_server"], "there is no wire mode"),
    (["run", "--root=/nowhere"], "is not a folder"),
    (["run", "/nowhere/x.pkt"], "/nowhere/x.pkt: no such file or folder"),
    (["run", "lvl:MUST"], "unknown filter"),
    (["run", "no-such-thing-at-all"], "nothing is named"),
    (["check", "--json=x"], "no meaning for this command"),
    (["explain"], "explain what?"),
    (["run", "--target=linux:6.1", "close"], "--target linux:6.1: the target linux takes nothing behind ':'"),
    (["compare", "--with", "linux:xx", "close"], "linux:xx: the target linux takes nothing behind ':'"),
    (["ss", "close/fin-with-data", "--at", "999"], "--at 999: "),
    (["explain", "gibberish"], "is no script, requirement"),
    (["help", "rnu"], "did you mean `tcprove run`?"),
])
def test_wrong_usage_is_exit_2_and_says_what_is_wrong(words, message):
    done = tcprove(*words)
    assert done.status == 2
    assert message in done.err
    assert done.out == ""


def test_a_closed_standard_output_is_told():
    done = subprocess.run(["sh", "-c", '"$0" list >&-', PROGRAM], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "cannot write to standard output" in done.stderr
    done = subprocess.run(["sh", "-c", '"$0" run close >&-', PROGRAM], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "cannot write to standard output" in done.stderr


def test_a_disk_that_is_full_is_told_whatever_else_there_is_to_say(tmp_path, script):
    captures = []
    for name in ("active-close-in-four-segments", "fin-with-data"):
        captures.append(tmp_path / f"{name}.pcapng")
        assert tcprove("export", f"close/{name}@ipv4", "-o", captures[-1]).status == 0
    for words, status in ((["list"], 2), (["check", "close"], 2), (["audit", captures[0]], 2), (["diff", *captures], 1),
                          (["run", script(FAILING)], 1)):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == status, words
        assert "cannot write to standard output" in done.stderr


def test_rules_of_audit_and_their_oracles_are_explained():
    assert "a rule of `tcprove audit`, MUST; oracle O22" in tcprove("explain", "ack-beyond").out
    by_oracle = tcprove("explain", "o22").out
    assert "ack-beyond" in by_oracle and "ack-back" in by_oracle and "RFC 2018" in by_oracle


def test_no_script_is_no_script_for_compare_either(script):
    done = tcprove("compare", script(b"nonsense"), "--with", "golden:linux-6.18")
    assert done.status == 4
    assert "is no valid script" in done.err


def test_nothing_at_all_shows_the_help():
    done = tcprove()
    assert done.status == 2
    assert "usage: tcprove" in done.err


def test_a_value_may_be_the_next_word_in_every_option():
    with_sign = tcprove("list", "--variants=ipv6", "close")
    assert with_sign.status == 0
    assert tcprove("list", "--variants", "ipv6", "close").out == with_sign.out
    assert tcprove("list", "--variants", "close").out == tcprove("list", "close").out


def test_a_misspelt_selector_is_answered_with_the_nearest_names():
    listed = tcprove("list").out.splitlines()
    name = listed[0].split()[0]
    done = tcprove("run", name[:-1] + "q")
    assert done.status == 2
    assert name in done.err


def test_a_folder_without_scripts_is_told(tmp_path):
    done = tcprove("run", tmp_path)
    assert done.status == 2
    assert "there is no .pkt file in it" in done.err


def test_filters_that_leave_nothing_are_told():
    done = tcprove("run", "level:NEVER")
    assert done.status == 2
    assert "no script passes all filters" in done.err


def test_a_dangling_link_is_told(tmp_path):
    (tmp_path / "x.pkt").symlink_to(tmp_path / "nothing")
    done = tcprove("run", tmp_path)
    assert done.status == 2
    assert "x.pkt: No such file" in done.err


def test_a_report_that_cannot_be_written_is_no_success(script):
    done = tcprove("run", script(HANDSHAKE), "--json=/nowhere/r.jsonl")
    assert done.status == 2
    assert done.out == "", "nothing runs"
    assert "/nowhere/r.jsonl" in done.err


def test_help_names_every_option_of_the_manual_page():
    page = (ROOT / "conformance/cli/tcprove.1").read_text()
    assert tcprove("help", "--man").out == page
    verbs = re.findall(r"^  (\w+) ", tcprove("help").out, re.M)
    shown = " ".join(tcprove("help", verb).out for verb in verbs if verb not in ("help", "sim"))
    in_page = {w.replace("\\-", "-") for w in re.findall(r"\\-\\-[a-z_\\-]+", page)} - {"--man"}
    in_help = set(re.findall(r"--[a-z_-]+", shown))
    assert in_help == in_page


def test_version():
    assert re.fullmatch(r"tcprove \d+\.\d+\n", tcprove("--version").out)


def test_the_simulator_is_started_by_name_with_its_options_and_its_exit_status():
    assert "--seed N" in tcprove("help", "sim").out
    done = tcprove("sim", "--seed", "1", "--runs", "2", "--quiet")
    assert done.status == 0
    assert done.out.startswith("2 worlds, ")
    done = tcprove("sim", "--sed", "1")
    assert done.status == 2
    assert 'no option "--sed"' in done.err
