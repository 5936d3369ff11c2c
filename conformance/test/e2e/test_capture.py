"""Captures from outside: tshark as the second opinion, traffic that nobody here made, files that are damaged."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time

import pytest
from conftest import PROGRAM, ROOT, environment, tcprove


def need(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (tools/packages.txt)")


def tshark(path, *fields):
    """One row of fields for each packet; checksums are judged."""
    words = ["tshark", "-n", "-r", str(path), "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
             "-o", "tcp.relative_sequence_numbers:FALSE", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a"]
    for field in fields:
        words += ["-e", field]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, timeout=120)
    return [dict(zip(fields, line.split("|"))) for line in done.stdout.decode().splitlines()]


def raw_packets(path):
    """The packets of a pcapng file by its blocks: (microseconds, IP bytes)."""
    data, at, out = path.read_bytes(), 0, []
    while at < len(data):
        kind, size = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (0, 4))
        if kind == 6:
            high, low, cap = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (12, 16, 20))
            out.append((high << 32 | low, data[at + 28:at + 28 + cap]))
        at += size
    return out


def shipped():
    """Some scripts of every area."""
    areas = sorted(p for p in (ROOT / "conformance/scripts").iterdir() if p.is_dir())
    return [f"{a.name}/{sorted(a.glob('*.pkt'))[0].stem}" for a in areas if list(a.glob("*.pkt"))]


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_tshark_agrees_with_every_field_of_an_export(tmp_path, family):
    need("tshark")
    fields = ["tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.ack", "tcp.flags", "tcp.window_size_value", "tcp.len",
              "tcp.urgent_pointer", "tcp.hdr_len", "tcp.options", "tcp.checksum.status", "frame.time_epoch",
              "ip.checksum.status", "frame.comment"]
    checked = 0
    for name in shipped():
        path = tmp_path / "x.pcapng"
        path.unlink(missing_ok=True)
        done = tcprove("export", f"{name}@{family}", "-o", path)
        if done.status == 2 or not path.exists():
            continue  # a script that exists in the other family only
        rows, packets = tshark(path, *fields), raw_packets(path)
        assert len(rows) == len(packets)  # none, where the script only makes calls
        for row, (at, ip) in zip(rows, packets):
            tcp = ip[40:] if ip[0] >> 4 == 6 else ip[(ip[0] & 15) * 4:]
            if not row["tcp.srcport"] or (ip[6] if ip[0] >> 4 == 6 else ip[9]) != 6:
                continue
            number = lambda a, n: int.from_bytes(tcp[a:a + n], "big")
            header = (tcp[12] >> 4) * 4
            assert int(row["tcp.srcport"]) == number(0, 2)
            assert int(row["tcp.dstport"]) == number(2, 2)
            assert int(row["tcp.seq"]) == number(4, 4)
            assert int(row["tcp.flags"], 16) == number(12, 2) & 0xFFF
            if tcp[13] & 0x10:
                assert int(row["tcp.ack"]) == number(8, 4)
            assert int(row["tcp.window_size_value"]) == number(14, 2)
            assert int(row["tcp.urgent_pointer"]) == number(18, 2)
            assert int(row["tcp.hdr_len"]) == header
            assert int(row["tcp.len"]) == len(tcp) - header
            assert row["tcp.options"] == tcp[20:header].hex()
            assert row["tcp.checksum.status"] == "1"
            assert row["ip.checksum.status"] in ("", "1")
            assert round(float(row["frame.time_epoch"]) * 1e6) == at
            assert row["frame.comment"]
            checked += 1
    assert checked > 50


def test_every_capture_of_the_suite_equals_itself(tmp_path):
    assert tcprove("run", "--pcap-dir", tmp_path / "caps", "-q").status in (0, 1)
    done = tcprove("diff", tmp_path / "caps", tmp_path / "caps")
    assert done.status == 0, done.out[-2000:]
    done = tcprove("diff", "--bytes", tmp_path / "caps", tmp_path / "caps", "-q")
    assert done.status == 0


def test_nine_of_ten_captures_of_preset_linux_import_into_scripts_that_pass(tmp_path):
    tcprove("run", "--preset", "linux", "--variants=ipv4", "--pcap-dir", tmp_path / "caps", "-q")
    total = good = 0
    for path in sorted((tmp_path / "caps").rglob("*@ipv4.pcapng")):
        done = tcprove("import", path, "--local", "192.168.0.1", "-o", tmp_path / "scripts", "--json=-", "-q")
        if done.status == 3:
            continue
        for entry in json.loads(done.out)["scripts"]:
            if "script" in entry:
                total += 1
                good += entry["reproduced"]
    assert total > 100
    assert good >= 0.9 * total, f"{good} of {total}"


# ---------- traffic that nobody here made ----------

TRAFFIC = """
set -e
ip link set lo up
mkdir -p www; head -c 300000 /dev/urandom > www/f
tcpdump -q -U --immediate-mode -B 65536 -Z root -i lo -w http.pcap tcp 2>/dev/null & DUMP=$!
nginx -e err -c "$PWD/nginx.conf" & WEB=$!
until [ -s http.pcap ]; do sleep .1; done; sleep 1
for i in 1 2; do for host in 127.0.0.1 '[::1]'; do
    curl -sg -o /dev/null "http://$host:8088/f"; curl -sg -o /dev/null "http://$host:8088/none"
done; done
curl -s -o /dev/null http://127.0.0.1:9/ || true
sleep 1; kill $WEB; kill -INT $DUMP; wait $DUMP || true
tcpdump -q -U --immediate-mode -B 65536 -Z root -i lo -s 96 -w iperf.pcap tcp 2>/dev/null & DUMP=$!
until [ -s iperf.pcap ]; do sleep .1; done
iperf3 -s -1 >/dev/null & sleep 1; iperf3 -c 127.0.0.1 -n 30M >/dev/null
sleep 1; kill -INT $DUMP; wait $DUMP || true
"""
NGINX = """daemon off; master_process off; pid {0}/pid; error_log {0}/err; events {{}}
http {{ access_log off; client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c;
uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
server {{ listen 127.0.0.1:8088; listen [::1]:8088; root {0}/www; }} }}"""


@pytest.fixture(scope="module")
def traffic(tmp_path_factory):
    need("tcpdump", "nginx", "curl", "iperf3", "unshare", "ip")
    folder = tmp_path_factory.mktemp("traffic")
    (folder / "nginx.conf").write_text(NGINX.format(folder))
    flags = [] if os.geteuid() == 0 else ["-Ur"]
    done = subprocess.run(["unshare", "-n", *flags, "bash", "-c", TRAFFIC], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)
    if done.returncode and b"Operation not permitted" in done.stderr:
        pytest.skip("this machine lets us make no network namespace")
    assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.mark.parametrize("name", ["http.pcap", "iperf.pcap"])
@pytest.mark.parametrize("mode", [[], ["--bytes"]], ids=["packets", "bytes"])
def test_traffic_of_other_programs_equals_itself(traffic, name, mode):
    path = traffic / name
    done = tcprove("diff", *mode, path, path)
    assert done.status == 0, done.out[-2000:]
    counted = int(done.out.split(": ")[1].split(" ")[0])
    assert counted > 50
    if shutil.which("tshark"):
        assert counted == sum(1 for row in tshark(path, "tcp.seq") if row["tcp.seq"])


def test_a_web_transfer_becomes_scripts_or_a_reason(traffic, tmp_path):
    done = tcprove("import", traffic / "http.pcap", "-o", tmp_path, "--json=-")
    assert done.status in (0, 1)
    entries = json.loads(done.out)["scripts"]
    assert len(entries) >= 10  # 18, but a busy machine's tcpdump may miss some
    assert all("script" in e or e["refused"] for e in entries)
    assert sum(e.get("reproduced", False) for e in entries) >= 1
    assert tcprove("check", tmp_path).status == 0


def test_a_capture_may_go_to_standard_output(tmp_path):
    done = tcprove("export", "close/fin-with-data@ipv4", "-o", "-")
    assert done.status == 0 and "4 packets in" in done.err
    (tmp_path / "x.pcapng").write_bytes(done.raw_out)
    assert len(raw_packets(tmp_path / "x.pcapng")) == 5  # the final reset is no part of it


def test_standard_output_may_be_something_that_has_no_name():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        done = subprocess.run([PROGRAM, "export", "close/fin-with-data@ipv4", "-o", "-"], stdout=theirs,
                              stderr=subprocess.PIPE, text=True, check=False, env=environment())
        assert (done.returncode, "4 packets in" in done.stderr) == (0, True)
        assert ours.recv(4) == b"\x0a\x0d\x0d\x0a"


# ---------- damaged files ----------

def mutilated(data, chance, kind):
    data = bytearray(data)
    if kind == 0:
        return data[:chance.randrange(1, len(data))]
    if kind == 1:
        for _ in range(chance.randrange(1, 60)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == 2:
        for _ in range(8):
            at = chance.randrange(len(data) - 4)
            data[at:at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\0\0", b"\1\0\0\0"])
    else:
        a, b = sorted(chance.randrange(24, len(data)) for _ in range(2))
        del data[a:b]
    return data


def test_two_hundred_mutilated_captures_end_in_time_with_a_known_status(tmp_path):
    chance = random.Random(11)
    tcprove("run", "sack", "timestamps", "close", "--variants=ipv4", "--pcap-dir", tmp_path / "caps", "-q")
    wholes = [p.read_bytes() for p in sorted((tmp_path / "caps").rglob("*.pcapng"))[:12]]
    wholes.append(classic_pcap(raw_packets(sorted((tmp_path / "caps").rglob("*.pcapng"))[0])))
    seen = set()
    for i in range(200):
        path = tmp_path / f"{i}.cap"
        path.write_bytes(mutilated(wholes[i % len(wholes)], chance, i % 4))
        start = time.monotonic()
        for words in (["diff", path, path], ["import", path, "-o", tmp_path / "out"]):
            done = tcprove(*words, timeout=30)
            assert done.status in (0, 1, 3), (words, done.status, done.err)
            seen.add((words[0], done.status))
        assert time.monotonic() - start < 10
    assert ("diff", 3) in seen and ("diff", 0) in seen


def classic_pcap(packets):
    pack = lambda *words: b"".join(w.to_bytes(4, "little") for w in words)
    return b"".join([pack(0xA1B2C3D4, 2 | 4 << 16, 0, 0, 65535, 101),
                     *(pack(at // 1000000, at % 1000000, len(ip), len(ip)) + ip for at, ip in packets)])


def test_a_capture_cut_in_a_packet_says_how_much_was_read(tmp_path):
    path = tmp_path / "x.pcapng"
    tcprove("export", "close/active-close-in-four-segments@ipv4", "-o", path)
    packets = raw_packets(path)
    (tmp_path / "x.pcap").write_bytes(classic_pcap(packets)[:-7])
    done = tcprove("diff", path, tmp_path / "x.pcap")
    assert done.status == 3
    assert f"damaged after packet {len(packets) - 1}" in done.out
    assert "everything before that was used" in done.out
    assert f"{tmp_path / 'x.pcap'} is damaged: only what came before that was compared" in done.err
    assert tcprove("diff", tmp_path / "x.pcap", tmp_path / "x.pcap").status == 3
    for side in ("a", "b"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "y.pcap").write_bytes((tmp_path / "x.pcap").read_bytes())
    done = tcprove("diff", tmp_path / "a", tmp_path / "b")
    assert done.status == 3 and "1 file is damaged" in done.err
    done = tcprove("import", tmp_path / "x.pcap", "-o", tmp_path / "scripts", "--no-run")
    assert done.status == 3 and "the scripts are of what came before" in done.err
    assert list((tmp_path / "scripts").glob("*.pkt"))
    assert tcprove("audit", tmp_path / "x.pcap").status == 3


def test_memory_does_not_grow_with_the_capture(tmp_path):
    path = tmp_path / "x.pcapng"
    tcprove("export", "close/active-close-in-four-segments@ipv4", "-o", path)
    packets = raw_packets(path)
    (tmp_path / "long.pcap").write_bytes(classic_pcap([(i * 1000 + k, ip) for i in range(40000)
                                                       for k, (_, ip) in enumerate(packets[:3])]))
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); " \
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    most = []
    for name in ("x.pcapng", "long.pcap"):
        words = [sys.executable, "-c", code, os.environ.get("TCPROVE", ROOT / "build/release/bin/tcprove"), "diff",
                 tmp_path / name, tmp_path / name]
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True, timeout=60)
        most.append(int(done.stdout.split()[-1]))
    assert most[1] < most[0] + 64 * 1024
