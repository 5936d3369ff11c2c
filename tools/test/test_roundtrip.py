"""tools/peer/roundtrip.py: what counts as a capture that came back whole."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peer"))
import roundtrip


def made(name, reproduced=True, relaxed=""):
    return {"script": name, "reproduced": reproduced, "relaxed": relaxed, "message": None if reproduced else "why"}


def test_a_capture_is_good_when_all_its_scripts_are():
    count = roundtrip.Count()
    count.add("a", [made("/a1"), made("/a2")], "", {"/a1": None, "/a2": None})
    count.add("b", [made("/b1"), made("/b2", reproduced=False)], "", {"/b1": None, "/b2": "late"})
    assert (count.captures, count.scripts, count.ref, count.live) == (2, 4, 1, 1)
    assert "reproduce on the reference stack: 1 of 2 (50.0 %)" in count.text(True)
    assert "Linux" not in count.text(False)


def test_a_script_that_was_not_run_on_linux_did_not_pass_there():
    count = roundtrip.Count()
    count.add("a", [made("/a1")], "", {})
    assert (count.ref, count.live) == (1, 0)


def test_a_connection_whose_script_was_not_valid_spoils_the_capture(capsys):
    count = roundtrip.Count()
    count.add("a", [made("/a1"), {"connection": 2}], "the script is not valid", {"/a1": None})
    assert (count.captures, count.ref, count.live) == (1, 0, 0)
    assert "a: the script is not valid" in capsys.readouterr().out


def test_no_script_counts_against_a_capture_unless_the_stack_never_speaks(capsys):
    count = roundtrip.Count()
    count.add("a", [{"refused": "the beginning of the connection is not in the capture"}], "", {})
    count.add("b", [{"refused": "no packet of this end is in the capture"}], "", {})
    count.add("c", [], "holds no TCP connection", {})
    assert (count.captures, count.refused, count.silent) == (1, 1, 2)
    assert "a: no script: the beginning" in capsys.readouterr().out


def test_the_end_under_test_is_known_by_address_option_or_name():
    assert roundtrip.end_of(Path("close/fin@ipv6.pcapng"), None) == ["--local", "fd3d:0a0b:17d6::1"]
    assert roundtrip.end_of(Path("http4-plain-server.pcap"), None) == ["--side", "server"]
    assert roundtrip.end_of(Path("x.pcap"), "client") == ["--side", "client"]
