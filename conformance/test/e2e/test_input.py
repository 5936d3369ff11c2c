"""Scripts as they must not be: nothing of this may crash, hang, or look like a success."""

import json
import os
import random

import pytest
from conftest import HANDSHAKE, ROOT, tcprove

GARBAGE = random.Random(1).randbytes(5000)


@pytest.mark.parametrize("name, content, message", [
    ("empty", b"", "error"),
    ("only-comment", b"// nothing here", "error"),
    ("binary", GARBAGE, "error"),
    ("zeros", b"\0" * 1000, "error"),
    ("elf", b"\x7fELF" + GARBAGE[:200], "error"),
    ("latin1", b"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 caf\xe9(3) = 0\n", "error"),
    ("crlf", HANDSHAKE.replace("\n", "\r\n").encode(), "carriage return"),
    ("nul-inside", HANDSHAKE.encode() + b"+0 \0 close(3) = 0\n", "error"),
    ("deep", b"0 write(3, " + b"[" * 5000 + b", 1) = 1\n", "error"),
    ("long-line", b"0 " + b"a" * 1000000 + b"(3) = 0\n", "error"),
    ("open-string", b'0 write(3, "abc, 1) = 1\n', "error"),
    ("open-code", b"0 %{ assert 1\n", "error"),
    ("open-comment", b"/* 0 socket() = 3\n", "error"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_script_is_exit_4_with_a_place(script, name, content, message):
    path = script(content, f"{name}.pkt")
    done = tcprove("check", path)
    assert done.status == 4
    assert message in done.err
    assert f"{name}.pkt" in done.err
    done = tcprove("run", path, "--json=-", "-q")
    assert done.status == 4
    for line in done.raw_out.decode("utf-8").splitlines():
        assert json.loads(line)["outcome"] == "error"


def test_messages_are_short_and_fit_for_a_terminal(script):
    for content in (b"0 " + b"a" * 1000000 + b"(3) = 0\n", b"0 write(3, " + b"[" * 5000 + b", 1) = 1\n", GARBAGE,
                    b"0 caf\xe9\x9b2J(3) = 0\n"):
        done = tcprove("check", script(content))
        assert len(done.raw_err) < 2000
        done.raw_err.decode("utf-8")
        assert b"\x1b" not in done.raw_err and b"\x9b" not in done.raw_err


def test_a_script_cut_anywhere_is_an_error_or_a_shorter_script(tmp_path):
    whole = (ROOT / "conformance/selftest/window-wrong.pkt").read_bytes()
    for end in range(0, len(whole), 7):
        (tmp_path / f"cut{end:04}.pkt").write_bytes(whole[:end])
    done = tcprove("run", tmp_path, "--json=-", "-q", "--variants=ipv4")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert len(found) == len(range(0, len(whole), 7))
    assert {r["outcome"] for r in found} <= {"pass", "error", "fail"}
    assert not [r for r in found if r["signature"].startswith(("crash", "timeout"))]


def test_a_script_with_a_byte_changed_never_kills_the_runner(tmp_path):
    chance = random.Random(7)
    wholes = [p.read_bytes() for p in sorted((ROOT / "conformance/selftest").glob("*.pkt"))]
    for i in range(150):
        text = bytearray(chance.choice(wholes))
        text[chance.randrange(len(text))] = chance.choice(b"0123456789<>.,()[]{}`\"'*+-=%/ \n\x00\xffSFRP")
        (tmp_path / f"changed{i:03}.pkt").write_bytes(text)
    done = tcprove("run", tmp_path, "--json=-", "-q", "--variants=ipv4", "--timeout=20")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert len(found) == 150
    assert [r["id"] for r in found if r["signature"].startswith(("crash", "timeout", "target"))] == []


def test_a_folder_called_like_a_script_is_looked_into(script):
    folder = script(HANDSHAKE, "folder.pkt/inside.pkt").parent
    done = tcprove("run", folder, "-q")
    assert done.status == 0


def test_a_name_with_odd_letters_is_quoted_everywhere(script):
    path = script(HANDSHAKE + "+0 write(4, ..., 100) = 99\n", "a b/ü'\"<&>$(x).pkt")
    done = tcprove("run", path.parent, "--junit=-", "--variants=ipv4")
    assert done.status == 1
    assert "&lt;&amp;&gt;" in done.out


def test_check_says_where_and_what_to_do():
    done = tcprove("check", "conformance/selftest/constant-unknown.pkt")
    assert done.status == 4
    assert "constant-unknown.pkt:9:" in done.err
    assert "TCP_NODELAY" in done.err


def test_a_pipe_among_the_scripts_of_a_folder_is_not_waited_for(tmp_path, script):
    script(HANDSHAKE)
    os.mkfifo(tmp_path / "pipe.pkt")
    done = tcprove("check", tmp_path, timeout=20)
    assert done.status == 0 and done.out == "1 script: no mistakes\n"
