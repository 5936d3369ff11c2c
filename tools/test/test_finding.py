"""tools/devcmd/finding.py: the reducer on programs whose failure is known."""

import finding
import pytest

HEAD, WIDTH = finding.widths()


def step(kind, *arguments):
    return bytes((kind, *arguments)).ljust(WIDTH, b"\0")


def program(*steps, header=b""):
    return header.ljust(HEAD, b"\0") + b"".join(steps)


NOISE = [step(n % 7 + 3, n, 255 - n, n, 1) for n in range(40)]


def test_widths_are_those_of_the_c_header():
    assert (HEAD, WIDTH) == (16, 12)


def test_a_cut_step_is_no_step():
    assert len(finding.split(program(step(1), step(2)) + b"\1\2\3").steps) == 2
    assert finding.split(b"\5").data() == program(header=b"\5")


def test_steps_that_matter_stay_and_all_others_go():
    def fails(data):
        kinds = [one[0] for one in finding.split(data).steps]
        return 1 in kinds and 2 in kinds[kinds.index(1):]

    noisy = program(*NOISE[:10], step(1, 9, 9), *NOISE[10:25], step(2, 0, 7), *NOISE[25:], header=b"\7\7\7")
    assert finding.Reducer(fails).reduce(noisy) == program(step(1), step(2))


def test_arguments_that_matter_stay():
    def fails(data):
        return any(one[0] == 1 and one[4] == 9 for one in finding.split(data).steps) and data[2] == 8

    noisy = program(*NOISE, step(1, 2, 3, 4, 9, 6), *NOISE, header=b"\5\6\x08\7")
    assert finding.Reducer(fails).reduce(noisy) == program(step(1, 0, 0, 0, 9), header=b"\0\0\x08")


def test_the_same_input_gives_the_same_result():
    def fails(data):
        return sum(one[1] for one in finding.split(data).steps) >= 30

    first, second = (finding.Reducer(fails).reduce(program(*NOISE)) for _ in range(2))
    assert first == second and fails(first)
    steps = finding.split(first).steps
    assert not any(fails(program(*steps[:n], *steps[n + 1:])) for n in range(len(steps)))   # none can be missed


def test_the_work_is_bounded(monkeypatch):
    monkeypatch.setattr(finding, "RUNS_MAX", 5)
    reducer = finding.Reducer(lambda data: len(data) > HEAD)
    assert len(reducer.reduce(program(*NOISE))) > HEAD


@pytest.mark.parametrize("output, status, told", [
    ("O41 window: 14 segments are out\n  1.0 start: ESTABLISHED, unread data, preset rfc\n 1.0   step 0: SEG\n",
     134, finding.Failure("O41 window", "ESTABLISHED", "SEG")),
    ("O52 left: x\n conn 0: state state=LISTEN state=SYN-RECEIVED: y\n 1.0  step 3: CALL\n  2.0     end\n",
     134, finding.Failure("O52 left", "SYN-RECEIVED", "END")),
])
def test_failures_are_told_apart_by_oracle_state_and_step(monkeypatch, output, status, told):
    monkeypatch.setattr(finding, "run", lambda *_, **__: (status, output))
    assert finding.failure("program", b"") == told


@pytest.mark.parametrize("output, status, oracle, again", [
    ("", 0, "O47 verdict", "as it is told"),
    ("  why   a.pkt:3: error handling packet: x\n", 1, "O47 verdict", None),
    ("  why   the target is broken: I2\n", 1, "O01 invariants", "its own check fails"),
    ("  why   a.pkt:3: exiting while a blocking send call is in progress\n", 1, "O61 calls", "a call sleeps"),
    ("  why   a.pkt:3: runtime error: exiting while a blocking send call is in progress\n", 1, "O47 verdict", None),
    ("", 0, "HANG", None),
    ("  why   a.pkt:3: error handling packet: live packet is malformed: x\n", 1, "O20 form",
     "it sends what is no packet"),
    ("  why   a.pkt:3: byte 1 of the stream is not the one that was sent with this number\n", 1, "O50 delivery",
     "a user reads other text"),
])
def test_a_script_does_it_again_or_not(tmp_path, output, status, oracle, again):
    tcprove = tmp_path / "tcprove"
    tcprove.write_text(f"#!/bin/sh\ncat <<'EOF'\n{output}EOF\nexit {status}\n")
    tcprove.chmod(0o755)
    assert finding.manner(finding.run_script(tcprove, "a.pkt"), oracle) == again


def shell(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("sound_passes, faulty_fails, good, why", [
    ("2", "2", True, ""),
    ("0123456", "", False, "the stack with the bug passes too"),
    ("", "0123456", False, "the sound stack: "),
])
def test_a_test_passes_on_the_sound_stack_alone(tmp_path, sound_passes, faulty_fails, good, why):
    """A script of one digit: how much of the aftermath it tells."""
    plays = shell(tmp_path / "plays", 'echo "$FZ_AFTERMATH" > "$FZ_SCRIPT"')
    sound = shell(tmp_path / "sound", f'grep -q "[x{sound_passes}]" "$2"')
    faulty = shell(tmp_path / "faulty", f'! grep -q "[x{faulty_fails}]" "$2"')
    place = tmp_path / "test.pkt"
    assert finding.test_of(plays, b"", place, (faulty, sound)) == (good, why)
    if good:
        assert place.read_text(encoding="utf-8") == "2\n"


def test_without_a_story_there_is_no_test(tmp_path):
    silent = shell(tmp_path / "silent", "exit 0")
    assert finding.test_of(silent, b"", tmp_path / "test.pkt", (silent, silent)) == (False, "there is none")


def test_a_story_may_ask_for_silence_behind_it(tmp_path):
    tells = shell(tmp_path / "tells", 'printf "//: title: x\\n//: preset: rfc\\n+0 `true`\\n" > "$FZ_SCRIPT"')
    for quiet in (False, True):
        script = tmp_path / f"{quiet}.pkt"
        assert finding.export(tells, b"", script, tmp_path / "x.pcapng", "O09 timer: none runs", 0, quiet)
        head = script.read_text(encoding="utf-8").splitlines()[:3]
        assert ("//: quiet: 130s" in head) == quiet
