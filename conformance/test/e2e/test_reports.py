"""The machine's reports: well formed, in agreement with each other, and by their schema."""

import json
import os
import pty
import re
import select
import subprocess
import xml.etree.ElementTree as ET

from conftest import FAILING, HANDSHAKE, PROGRAM, ROOT, environment, tcprove

SCHEMA = json.loads((ROOT / "conformance/report/result.schema.json").read_text())
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def complaints(value, schema, where="record"):
    """What is wrong with a value by the part of JSON Schema that result.schema.json uses."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(type(value) is TYPES[kind] for kind in kinds):
        yield f"{where}: {value!r} is no {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{where}: {value!r} is not like {schema['pattern']}"
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{where}: {value} is too small"
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from complaints(item, schema.get("items", {}), f"{where}[{i}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{where}: lacks {key}" for key in schema.get("required", []) if key not in value)
        if not schema.get("additionalProperties", True):
            yield from (f"{where}: has {key}" for key in value if key not in known)
        for key in value.keys() & known.keys():
            yield from complaints(value[key], known[key], f"{where}.{key}")


def run_all_reports(tmp_path, *words):
    names = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "tap", "github")}
    done = tcprove("run", *words, *(f"--{kind}={path}" for kind, path in names.items()))
    return done, {kind: path.read_text() for kind, path in names.items()}


def test_the_schema_describes_every_record(tmp_path):
    _, reports = run_all_reports(tmp_path, "conformance/selftest", "conformance/scripts")
    lines = reports["json"].splitlines()
    assert len(lines) > 50
    for line in lines:
        assert list(complaints(json.loads(line), SCHEMA)) == []


def test_the_schema_refuses_what_is_not_a_record():
    assert list(complaints({"id": 1, "colour": "red"}, SCHEMA))


def test_all_reports_count_the_same(tmp_path):
    done, reports = run_all_reports(tmp_path, "conformance/selftest", "conformance/scripts")
    found = [json.loads(line) for line in reports["json"].splitlines()]
    bad = [r for r in found if r["surprise"]]
    suite = ET.fromstring(reports["junit"]).find("testsuite")
    assert int(suite.get("tests")) == len(found) == len(suite.findall("testcase"))
    assert int(suite.get("failures")) + int(suite.get("errors")) == len(bad)
    assert reports["tap"].startswith(f"TAP version 14\n1..{len(found)}\n")
    assert len(re.findall(r"^not ok ", reports["tap"], re.M)) == len(bad)
    assert reports["github"].count("::error ") == len(bad)
    assert f"{len(bad)} unexpected of {len(found)}" in done.out


def test_expected_failures_are_no_surprise_and_good_news_is(script, tmp_path):
    path = script(FAILING, "s/bad.pkt")
    script(HANDSHAKE, "s/good.pkt")
    first = tcprove("run", path.parent, "--json=-", "-q")
    signature = next(json.loads(line)["signature"] for line in first.out.splitlines() if '"s/bad"' in line)
    listed = tmp_path / "this.expect"
    listed.write_text(f"fail  s/bad  @*  {signature}  writes are short here\n")
    done, reports = run_all_reports(tmp_path, path.parent, f"--expect={listed}")
    assert done.status == 0
    assert "3 known" in done.out
    assert len(re.findall(r"^not ok .* # TO" r"DO writes are short here$", reports["tap"], re.M)) == 3

    listed.write_text(f"fail  s/bad  @*  {signature}  writes are short here\nfail  s/good  @ipv4  x  y\n")
    done = tcprove("run", path.parent, f"--expect={listed}")
    assert done.status == 1
    assert "UNEXPECTED PASS  s/good @ipv4" in done.out
    assert "this.expect:2" in done.out

    listed.write_text("fail  s/bad  @*  another signature  writes are short here\n")
    done = tcprove("run", path.parent, f"--expect={listed}")
    assert done.status == 1
    assert "DIFFERENT FAIL  s/bad" in done.out


def test_a_wrong_expectation_file_is_exit_4_with_its_place(script, tmp_path):
    listed = tmp_path / "this.expect"
    listed.write_text("# fine\nfial  s/bad  @*  x  y\n")
    done = tcprove("run", script(HANDSHAKE), f"--expect={listed}")
    assert done.status == 4
    assert f"{listed}:2:1: error:" in done.err


def test_no_colour_and_no_progress_when_nobody_is_looking(script):
    done = tcprove("run", script(FAILING))
    assert "\x1b" not in done.out
    assert done.err == ""


def on_a_terminal(*words, **extra):
    """Output of the program when both its streams are a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=slave, stderr=slave, stdin=slave, cwd=ROOT,
                               env=environment({"TERM": "xterm", **extra}))
    os.close(slave)
    text = b""
    while select.select([master], [], [], 60)[0]:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    process.wait(60)
    os.close(master)
    return text.decode()


def test_a_terminal_sees_colour_and_progress(script):
    path = script(FAILING)
    text = on_a_terminal("run", path)
    assert "\x1b[31m" in text or "\x1b[1;31m" in text
    assert "3 of 3" in text
    plain = on_a_terminal("run", path, NO_COLOR="1")
    assert "\x1b[3" not in plain


def test_output_that_cannot_be_written_is_no_success(script):
    with open("/dev/full", "wb") as full:
        process = subprocess.run([PROGRAM, "run", script(HANDSHAKE)], stdout=full, stderr=subprocess.PIPE, cwd=ROOT,
                                 env=environment(), check=False)
    assert process.returncode != 0
    assert b"cannot write" in process.stderr


def test_a_reader_that_goes_away_does_no_harm():
    process = subprocess.Popen([PROGRAM, "explain", "RFC9293"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               cwd=ROOT, env=environment())
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(30) != -11
