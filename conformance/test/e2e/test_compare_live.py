"""tcprove compare against the live kernel: a handful of scripts from one end to the other, and how it stops.

Where the machine does not allow it (no namespaces, no TUN device), every test here is skipped with the reason.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import HANDSHAKE, PROGRAM, environment, tcprove, until

# One of each kind of difference that must be allowed: cuts, acknowledgments, windows, timers, options, TCP_INFO.
SOME = ("ack/answer-takes-the-ack-along", "close/active-close-in-four-segments", "rto/only-the-first-segment",
        "handshake/simultaneous-open", "handshake/window-of-a-crossed-syn-ack-is-scaled-linux",
        "psh/bursts-cross-the-pieces-of-a-write-linux", "psh/first-piece-of-a-write-is-filled-up-linux",
        "sack/blocks-of-an-old-ack-are-not-in-delivered-linux", "fastopen/unreadable-text-asks-for-a-cookie-anew")


@pytest.fixture(scope="module", autouse=True)
def live(tmp_path_factory):
    path = tmp_path_factory.mktemp("probe") / "probe.pkt"
    path.write_text("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n")
    record = json.loads(tcprove("run", "--target=linux", "--variants=ipv4", "--json=-", path).out)
    if record["outcome"] != "pass":
        pytest.skip(record["message"])


def test_the_reference_stack_differs_from_this_kernel_only_where_it_may(tmp_path):
    done = tcprove("compare", *SOME, "--with", "linux", "--variants", "ipv4,ipv6", "--json", tmp_path / "c.json")
    answer = json.loads((tmp_path / "c.json").read_text())
    assert done.status == 0, done.out[-4000:] + done.err
    assert answer["counts"]["must"] == 0 and answer["counts"]["unexplained"] == 0
    assert answer["compared"] > len(SOME) and answer["repeated"] == answer["settled"]


def test_what_differs_against_the_rules_is_tried_again_alone_and_stays(tmp_path):
    path, rules = tmp_path / "x.pkt", tmp_path / "none.tsv"
    path.write_text(HANDSHAKE + "+.1 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1\n")
    rules.write_text("kind\tfield\tcondition\tclass\tcite\treason\n")
    done = tcprove("compare", path, "--with", "linux", "--variants", "ipv4", "--rules", rules)
    assert done.status == 1, done.out
    assert "1 tried again alone, 0 of them then differed only where they may" in done.out


def test_a_script_that_both_sides_fail_alike_is_no_difference(tmp_path):
    path = tmp_path / "x.pkt"
    path.write_text(HANDSHAKE + "+.1 write(4, ..., 100) = 99\n")
    done = tcprove("compare", path, "--with", "linux", "--variants", "ipv4", "-q")
    assert done.status == 0, done.out
    assert done.out.startswith("1 compared, ")


def test_a_queue_that_this_kernel_lacks_leaves_the_script_out(tmp_path):
    path = tmp_path / "x.pkt"
    path.write_text("`tc qdisc replace dev tun0 root no-such-queue; true`\n" + HANDSHAKE)
    done = tcprove("compare", path, "--with", "linux", "--variants", "ipv4")
    assert done.status == 2
    assert "asks for a queue (tc qdisc) that the other side's machine does not have" in done.err


def test_what_this_machine_cannot_set_up_is_left_out_and_no_difference(tmp_path):
    for name, command, said in (
            ("route", "ip route change 192.0.2.1 via 192.168.0.2 dev tun0 advmss 600; true", "refuses (RTNETLINK)"),
            ("program", "ip route change 192.0.2.1 via 192.168.0.2 dev tun0 advmss 600", "could not be set up")):
        path = tmp_path / f"{name}.pkt"
        path.write_text(f"`{command}`\n{HANDSHAKE}")
        done = tcprove("compare", path, "--with", "linux", "--variants", "ipv4")
        assert done.status == 2
        assert said in done.err


def in_a_namespace(pid):
    """Has the process a descendant in a network namespace of its own?"""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                if os.readlink(f"/proc/{child}/ns/net") != os.readlink("/proc/self/ns/net") or in_a_namespace(child):
                    return True
        except OSError:
            continue
    return False


def test_ctrl_c_ends_it_and_leaves_no_files(tmp_path):
    path = tmp_path / "x.pkt"
    path.write_text(HANDSHAKE + "+60 close(4) = 0\n")
    spare = tmp_path / "spare"
    spare.mkdir()
    with subprocess.Popen([PROGRAM, "compare", str(path), "--with", "linux", "--variants", "ipv4"],
                          env=environment({"TMPDIR": str(spare)}), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as p:
        assert until(lambda: in_a_namespace(p.pid)), "the live run has not begun"
        p.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = p.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert p.returncode == 3
    assert b"stopped; nothing is compared" in err
    assert not list(spare.iterdir())
