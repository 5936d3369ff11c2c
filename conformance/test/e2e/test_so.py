"""A stack in a shared library as a target: by its name, by packetdrill's option, and what is refused."""

import json
import subprocess

from conftest import HANDSHAKE, PROGRAM, environment, tcprove

PLUGIN = PROGRAM.parent.parent / "test" / "plugin.so"


def run(*words):
    done = tcprove("run", "--variants=ipv4", "--json=-", *words)
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_library_is_a_target(script):
    good, bad = script(HANDSHAKE, "good.pkt"), script(HANDSHAKE + "+0 > P. 1:101(100) ack 1\n", "bad.pkt")
    results = run(f"--target=so:{PLUGIN}", good, bad)
    assert [(r["outcome"], r["target"]) for r in results] == [("pass", f"so:{PLUGIN}"), ("fail", f"so:{PLUGIN}")]
    assert run(f"--so_filename={PLUGIN}", good)[0]["outcome"] == "pass"


def test_what_the_library_is_told_reaches_it(script):
    result = run(f"--target=so:{PLUGIN}", "--so_flags=late", script(HANDSHAKE))[0]
    assert result["outcome"] == "fail" and "timing error" in result["message"]


def test_a_library_that_is_not_there_is_status_3(script):
    done = tcprove("run", "--target=so:/nowhere.so", script(HANDSHAKE))
    assert done.status == 3
    assert "/nowhere.so: cannot open shared object file" in done.out


def test_packetdrills_name_and_option_do_the_same(script, tmp_path):
    program = tmp_path / "packetdrill"
    program.symlink_to(PROGRAM)
    path = script(HANDSHAKE)
    words = [program, "--ip_version=ipv4", f"--so_filename={PLUGIN}"]
    done = subprocess.run([*words, path], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = subprocess.run([*words, "--so_flags=mute", path], env=environment(), capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1
    assert ": error handling packet: Timed out waiting for packet" in done.stderr.splitlines()[0]
