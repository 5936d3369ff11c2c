"""The live kernel as a target: scripts of all kinds, the name packetdrill, and that nothing is left behind.

Where the machine does not allow it (no namespaces, no TUN device), every test here is skipped with the reason.
"""

import json
import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import HANDSHAKE, PROGRAM, environment, tcprove

LOOSE = "--tolerance_usecs=100000"  # what is tested here is not how quick this machine is


def missing_right(tmp_path):
    path = tmp_path / "probe.pkt"
    path.write_text("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n")
    record = json.loads(tcprove("run", "--target=linux", "--variants=ipv4", "--json=-", path).out)
    return None if record["outcome"] == "pass" else record["message"]


@pytest.fixture(autouse=True)
def live(tmp_path_factory):
    reason = missing_right(tmp_path_factory.mktemp("probe"))
    if reason:
        pytest.skip(reason)


def run(*words, **more):
    done = tcprove("run", "--target=linux", LOOSE, "--json=-", *words, **more)
    return [json.loads(line) for line in done.out.splitlines()]


CONNECTED = HANDSHAKE  # descriptor 4 is connected, its MSS is 1000

SMOKE = {
    "handshake": HANDSHAKE,
    "data both ways": CONNECTED + """+.1 write(4, ..., 1000) = 1000
+0 > P. 1:1001(1000) ack 1
+.01 < P. 1:501(500) ack 1001 win 1000
+0 > . 1001:1001(0) ack 501
+0 read(4, ..., 1000) = 500
""",
    "aggregate": CONNECTED + """+.1 write(4, ..., 3000) = 3000
+0 > P. 1:3001(3000) ack 1
""",
    "blocking accept": """0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0...0.2 accept(3, ..., ...) = 4
+.1 < S 0:0(0) win 65535 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
+.1 < . 1:1(0) ack 1 win 65535
""",
    "connect": """0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <...>
+.05 < S. 0:0(0) ack 1 win 5792 <mss 1460>
+0 > . 1:1(0) ack 1
+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
""",
    "settings and shell": "`sysctl -q net.ipv4.tcp_sack=0 && test -e here.txt`\n" + HANDSHAKE +
                          "+0 `test $PPID = $PACKETDRILL_PID`\n+0 `grep -q 0 /proc/sys/net/ipv4/tcp_sack`\n",
    "TCP_INFO": CONNECTED + "+0 %{ assert tcpi_state == TCP_ESTABLISHED and tcpi_snd_mss == 1000 }%\n",
    "epoll": CONNECTED + """+0 epoll_create(1) = 5
+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0
+0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0
+0 < P. 1:501(500) ack 1 win 1000
+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
""",
    "pipe and splice": CONNECTED + """+0 pipe([5, 6]) = 0
+0 < P. 1:501(500) ack 1 win 1000
+.05 splice(4, NULL, 6, NULL, 500, 0) = 500
+0 read(5, ..., 500) = 500
""",
    "error queue": CONNECTED + """+0 setsockopt(4, SOL_SOCKET, SO_TIMESTAMPING,
    [SOF_TIMESTAMPING_TX_SOFTWARE|SOF_TIMESTAMPING_SOFTWARE|SOF_TIMESTAMPING_OPT_ID], 4) = 0
+0 write(4, ..., 100) = 100
+0 > P. 1:101(100) ack 1
+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{...,0}], msg_flags=MSG_ERRQUEUE|MSG_TRUNC, msg_control=[
    {cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING, cmsg_data={scm_sec=0,scm_nsec=100000000}},
    {cmsg_level=CMSG_LEVEL_IP, cmsg_type=CMSG_TYPE_RECVERR, cmsg_data={ee_errno=ENOMSG,
     ee_origin=SO_EE_ORIGIN_TIMESTAMPING, ee_type=0, ee_code=0, ee_info=SCM_TSTAMP_SND, ee_data=99}}]},
    MSG_ERRQUEUE) = 0
""",
}


def test_ten_scripts_of_all_kinds_pass_in_all_variants(script):
    folder = script("", "s/here.txt").parent
    for name, text in SMOKE.items():
        script(text, f"s/{name.replace(' ', '-')}.pkt")
    results = run(folder)
    assert len(results) == 3 * len(SMOKE)
    assert [(r["id"], r["variant"], r["message"]) for r in results if r["outcome"] != "pass"] == []


def test_what_the_kernel_does_otherwise_fails_with_the_line_and_the_packet(script):
    path = script(HANDSHAKE + "+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 2\n")
    result = run(path, "--variants=ipv4")[0]
    assert (result["outcome"], result["line"]) == ("fail", 9)
    assert "live packet field tcp_ack_seq: expected: 2 (0x2) vs actual: 1 (0x1)" in result["message"]


def test_a_call_that_never_returns_is_told(script):
    path = script(HANDSHAKE + "+0...1 read(4, ..., 100) = 100\n")
    result = run(path, "--variants=ipv4")[0]
    assert "exiting while a blocking read call is in progress" in result["message"]


def test_a_script_for_the_presets_of_the_reference_stack_does_not_apply(script):
    path = script("//: title: x\n//: preset: rfc\n" + HANDSHAKE)
    assert run(path, "--variants=ipv4")[0]["outcome"] == "n/a"


def test_runs_do_not_see_each_other(script):
    folder = script("`sysctl -q net.ipv4.tcp_timestamps=0`\n" + HANDSHAKE, "s/a.pkt").parent
    script("`grep -q 1 /proc/sys/net/ipv4/tcp_timestamps`\n" + HANDSHAKE, "s/b.pkt")
    assert {r["outcome"] for r in run(folder, "-j1")} == {"pass"}


@pytest.mark.parametrize("words", [["-j1"], []])
def test_what_lies_within_a_tick_of_its_tolerance_is_believed_when_it_comes_twice(script, words):
    sends = HANDSHAKE + "+0 write(4, ..., 100) = 100\n"
    folder = script(sends + "+.0025 > P. 1:101(100) ack 1\n", "s/passes.pkt").parent
    script(sends + "+.0055 > P. 1:101(100) ack 1\n", "s/fails.pkt")
    script(sends + "+0 > P. 1:101(100) ack 1\n", "s/far.pkt")
    done = tcprove("run", "--target=linux", "--variants=ipv4", "--json=-", *words, folder)
    by_name = {Path(row["path"]).stem: row for row in map(json.loads, done.out.splitlines())}
    assert {name: row["outcome"] for name, row in by_name.items()} == {"passes": "pass", "fails": "fail", "far": "pass"}
    assert 0 < by_name["passes"]["margin_us"] < 4000 and by_name["passes"]["tries"] >= 2
    assert -4000 < by_name["fails"]["margin_us"] < 0 and by_name["fails"]["tries"] >= 2
    assert by_name["fails"]["signature"] == "time early line 9"


def test_commands_of_a_script_run_at_the_usual_priority(script):
    usual = "python3 -c 'import os; assert os.sched_getscheduler(0) == os.SCHED_OTHER'"
    assert run(script(HANDSHAKE + f"+0 `{usual}`\n"), "--variants=ipv4")[0]["outcome"] == "pass"


def test_a_line_of_somebody_elses_front_matter_is_told_and_skipped(script):
    path = script("//: copyright: somebody\n//:::: rule ::::\n" + HANDSHAKE)
    result = run(path, "--variants=ipv4")[0]
    assert result["outcome"] == "pass"
    assert result["notes"].splitlines()[:2] == ["line 1: front matter: unknown key copyright",
                                                'line 2: front matter: expected "//: key: value"']


# ---------- nothing is left behind ----------


def stat_of(pid):
    """(state, when it was started) of a process; numbers of processes come again."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]


def processes(wanted):
    """{(pid, when it was started)} of the living processes that are wanted by their folder in /proc."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and stat_of(entry.name)[0] not in "ZX" and wanted(entry):
                found.add((int(entry.name), stat_of(entry.name)[1]))
        except OSError:
            continue
    return found


def ours(entry):
    command = (entry / "cmdline").read_bytes()
    return str(PROGRAM).encode() in command or b"left-behind" in command or b"7.2573" in command


def in_spaces(spaces):
    return lambda entry: os.readlink(entry / "ns/net") in spaces


def restore_files(pids):
    return {path for path in (Path(f"/tmp/sysctl_restore_{pid}.sh") for pid in pids) if path.exists()}


def test_twenty_runs_killed_at_random_moments_leave_nothing(script):
    """Others may be at work on this machine: what counts is what was there of ours when the kill came."""
    text = ("`touch /tmp/sysctl_restore_${PPID}.sh; true left-behind`\n" + HANDSHAKE +
            "+0...9 read(4, ..., 10) = 0\n+.2 `sleep 7.2573; : left-behind`\n")
    folder = script(text, "s/a.pkt").parent
    home, before, seen, hits = os.readlink("/proc/self/ns/net"), processes(ours), set(), 0
    moments, files = random.Random(3), set(Path("/tmp").glob("sysctl_restore_*.sh"))
    for _ in range(20):
        process = subprocess.Popen([PROGRAM, "run", "--target=linux", folder], env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, 0.8))
        mine, spaces = processes(ours) - before, set()
        for pid, _ in mine:
            try:
                spaces.add(os.readlink(f"/proc/{pid}/ns/net"))
            except OSError:
                continue
        mine |= processes(in_spaces(spaces - {home}))
        hits += bool(spaces - {home})
        process.send_signal(signal.SIGKILL)
        process.wait()
        seen |= mine
    assert hits > 10  # the kills hit runs that had begun
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        left = ((processes(lambda entry: True) & seen) | (processes(ours) - before),
                restore_files(pid for pid, _ in seen) - files)
        if not any(left):
            break
        time.sleep(0.2)
    assert left == (set(), set())


# ---------- under the name packetdrill ----------


@pytest.fixture
def packetdrill(tmp_path):
    program = tmp_path / "packetdrill"
    program.symlink_to(PROGRAM)

    def call(*words, cwd=None):
        return subprocess.run([program, *map(str, words)], cwd=cwd, env=environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False)

    return call


def test_packetdrill_passes_in_silence(packetdrill, script):
    path = script(HANDSHAKE)
    done = packetdrill("--ip_version=ipv4", LOOSE, path, path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_packetdrill_fails_with_status_1_and_its_first_line(packetdrill, script):
    path = script(HANDSHAKE + "+.1 write(4, ..., 100) = 99\n")
    done = packetdrill(LOOSE, path, path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == \
        f"{path}:8: runtime error in write call: Expected result 99 but got 100"


def test_packetdrill_shows_both_packets_with_their_times(packetdrill, script):
    path = script(HANDSHAKE + "+0 write(4, ..., 100) = 100\n+0 > F. 1:101(100) ack 1\n")
    done = packetdrill(LOOSE, path)
    assert done.returncode == 1
    first, wanted, seen = done.stderr.splitlines()
    assert first == f"{path}:9: error handling packet: live packet field tcp_fin: expected: 1 (0x1) vs actual: 0 (0x0)"
    assert re.fullmatch(r"script packet:  0\.\d{6} F\. 1:101\(100\) ack 1", wanted)
    assert re.fullmatch(r"actual packet:  0\.\d{6} P\. 1:101\(100\) ack 1 win \d+", seen)


def test_packetdrill_runs_commands_in_the_folder_it_was_called_from(packetdrill, script, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    path = script("`test -d elsewhere`\n" + HANDSHAKE, "s/x.pkt")
    assert packetdrill(LOOSE, path, cwd=tmp_path).returncode == 0
    assert packetdrill(LOOSE, path, cwd=tmp_path / "elsewhere").returncode == 1


def test_packetdrill_tells_more_with_v(packetdrill, script):
    done = packetdrill("-v", LOOSE, script(HANDSHAKE))
    assert done.returncode == 0
    assert "accept(3, ..., ...) = 4" in done.stdout


def test_packetdrill_warns_of_what_is_not_fatal_and_goes_on(packetdrill, script):
    path = script(HANDSHAKE + "+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 7\n+0 write(4, ..., 10) = 10\n")
    done = packetdrill(LOOSE, "--non_fatal=packet", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"{path}:9: warning handling packet: live packet field tcp_ack_seq: ")


@pytest.mark.parametrize("options, command", [
    (["--mtu=1400"], "ip link show tun0 | grep -q 'mtu 1400'"),
    (["--bind_port=7777"], "ss -Htnl | grep -q :7777"),
    (["--local_ip=10.1.2.3", "--gateway_ip=10.1.2.1", "--netmask_ip=255.255.255.0", "--remote_ip=198.51.100.7/24"],
     "ip route | grep -q '198.51.100.0/24 via 10.1.2.1' && ip addr | grep -q 10.1.2.3/24"),
])
def test_switches_reach_the_device_and_the_socket(packetdrill, script, options, command):
    text = HANDSHAKE.replace("mss 1460", "mss 1360") if "--mtu=1400" in options else HANDSHAKE
    done = packetdrill("--ip_version=ipv4", LOOSE, *options, script(text + f"+0 `{command}`\n"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_beginning_in_its_own_words_runs_before_each_script(packetdrill, script, tmp_path):
    path = script(HANDSHAKE)
    mark = tmp_path / "mark"
    assert packetdrill(LOOSE, f"--init_scripts=touch {mark},true", path).returncode == 0
    assert mark.exists()
    assert packetdrill(LOOSE, "--init_scripts=false", path).returncode == 1


def test_strict_segments_and_tolerances_count(packetdrill, script):
    two = script(HANDSHAKE + "+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n+0 write(4, ..., 500) = 500\n"
                 "+0 write(4, ..., 500) = 500\n+0 > P. 1:1001(1000) ack 1\n", "two.pkt")
    assert packetdrill(LOOSE, two).returncode == 0
    assert packetdrill(LOOSE, "--strict_segments", two).returncode == 1
    early = script(HANDSHAKE + "+0 write(4, ..., 500) = 500\n+.9 > P. 1:501(500) ack 1\n", "early.pkt")
    assert packetdrill(LOOSE, early).returncode == 1
    assert packetdrill(LOOSE, "--tolerance_percent=100", early).returncode == 0
    assert packetdrill("--tolerance_usecs=1000000", early).returncode == 0
