"""`tcprove audit` on captures of our own stack and on what the fixtures of other tests leave."""

import json

from conftest import ROOT, tcprove

OURS = {4: "192.168.0.1", 6: "fd3d:a0b:17d6::1"}
# Linux offers in the SYN+ACK of a simultaneous open what the other SYN did not offer; the preset does the same.
KNOWN = ("simultaneous-open", "abort-in-syn-received-draws-rst-ack", "window-of-a-crossed-syn-ack-is-scaled-linux")
# SYNs cross in these too, and the recorded kernel offers timestamps; refstack does so under the preset linux only.
RECORDED = KNOWN + ("connect-again-in-syn-received", "state-of-a-listener-and-its-child",
                    "syn-received-close-sends-fin", "syn-received-read-waits", "syn-received-send-waits",
                    "syn-with-text-and-no-ack")
# Nothing makes a stack send again, without FIN, what had one: the unit test alone asks this rule.
NEVER_JUDGED = {"after-fin"}


def audit(captures, tmp_path, *words):
    report = tmp_path / "audit.json"
    done = tcprove("audit", "--json", report, *words, *captures)
    return done, json.loads(report.read_text(encoding="utf-8"))


def test_no_script_makes_the_reference_stack_break_a_must(tmp_path):
    assert tcprove("run", "--pcap-dir", tmp_path / "pcap", "-q").status == 0
    judged = {}
    for family, address in OURS.items():
        captures = [p for p in sorted((tmp_path / "pcap").rglob("*.pcapng")) if ("@ipv6" in p.name) == (family == 6)]
        captures = [p for p in captures if not any(name in p.stem for name in KNOWN)]
        done, reports = audit(captures, tmp_path, "--taken-at", address, "--side", address)
        broken = [(r["capture"], f["text"]) for r in reports for f in r["findings"]]
        assert broken == [], done.out[-3000:]
        for report in reports:
            for name, count in report["rules"].items():
                judged[name] = judged.get(name, 0) + count["judged"]
    assert {name for name, count in judged.items() if count == 0} == NEVER_JUDGED


def test_a_capture_cut_in_the_middle_is_judged_as_far_as_it_goes_and_said(tmp_path):
    capture = next((ROOT / "conformance/golden/linux-6.18").rglob("*.pcapng"))
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(capture.read_bytes()[:-10])
    done = tcprove("audit", cut)
    assert done.status == 3
    assert "damaged" in done.err or "truncated" in done.err
    assert "judgements" in done.out


def test_the_recorded_linux_breaks_no_must(tmp_path):
    captures = sorted((ROOT / "conformance/golden/linux-6.18").rglob("*.pcapng"))
    captures = [p for p in captures if not any(name in p.stem for name in RECORDED)]
    assert captures
    for family, address in OURS.items():
        group = [p for p in captures if ("@ipv6" in p.name) == (family == 6)]
        done, reports = audit(group, tmp_path, "--taken-at", address, "--side", address)
        broken = [(r["capture"], f["text"]) for r in reports for f in r["findings"] if f["class"] == "must"]
        assert broken == [], done.out[-3000:]
