"""Two captures of the same conversation, seen through other links, clocks and numbers; and of conversations that differ
in one respect, which has to be found and told."""

import json
import struct

import pytest
from conftest import tcprove

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
CLIENT, SERVER = 0, 1


class Talk:
    """How a conversation is put into packets."""

    def __init__(self, **how):
        self.six = how.get("six", False)
        self.isn = how.get("isn", (1000, 5000))
        self.ports = how.get("ports", (40000, 80))
        self.nets = how.get("nets", 1)
        self.stamps = how.get("stamps", (100, 900))
        self.start_us = how.get("start_us", 1_000_000_000)
        self.ttl = how.get("ttl", (64, 63))
        self.shift = how.get("shift", 7)
        self.first_id = how.get("first_id", 1)
        self.zero_sum = how.get("zero_sum", False)

    def address(self, end):
        if self.six:
            return bytes([0xFD] + [self.nets] * 7 + [0] * 7 + [end + 1])
        return bytes([10, self.nets, 0, end + 1])


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(talk, line, number):
    """A line of a story as an IP packet: (ms, end, flags, seq, ack, window in bytes, payload), all relative."""
    ms, end, flags, seq, ack, window, text = line
    clock = (talk.stamps[end] + ms) & 0xFFFFFFFF
    echo = (talk.stamps[1 - end] + ms) & 0xFFFFFFFF if flags & ACK else 0
    options = struct.pack(">BBBBII", 1, 1, 8, 10, clock, echo)
    if flags & SYN:
        options = struct.pack(">BBHBBBB", 2, 4, 1460, 1, 3, 3, talk.shift) + options
    field = window if flags & SYN else window >> talk.shift
    tcp = struct.pack(">HHIIBBHHH", talk.ports[end], talk.ports[1 - end], (talk.isn[end] + seq) & 0xFFFFFFFF,
                      (talk.isn[1 - end] + ack) & 0xFFFFFFFF if flags & ACK else 0, (20 + len(options)) // 4 << 4,
                      flags, field, 0, 0) + options + text
    source, sink = talk.address(end), talk.address(1 - end)
    pseudo = source + sink + (struct.pack(">IxxxB", len(tcp), 6) if talk.six else struct.pack(">xBH", 6, len(tcp)))
    wanted = checksum(pseudo + tcp)
    if talk.zero_sum:
        wanted = ~checksum(pseudo) & 0xFFFF  # as the sending host sees it before the card
    tcp = tcp[:16] + struct.pack(">H", wanted) + tcp[18:]
    if talk.six:
        return struct.pack(">IHBB", 6 << 28, len(tcp), 6, talk.ttl[end]) + source + sink + tcp
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), talk.first_id + number, 0x4000, talk.ttl[end], 6, 0)
    head += source + sink
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + tcp


def text_of(start, length):
    return bytes((start + i) % 251 for i in range(length))


def data(ms, end, seq, length, ack, flags=PSH | ACK):
    return (ms, end, flags, seq, ack, 64000, text_of(seq + 7 * end, length))


STORY = [
    (0, CLIENT, SYN, 0, 0, 64000, b""), (10, SERVER, SYN | ACK, 0, 1, 64000, b""), (20, CLIENT, ACK, 1, 1, 64000, b""),
    data(30, CLIENT, 1, 100, 1), (40, SERVER, ACK, 1, 101, 64000, b""),
    data(50, SERVER, 1, 1000, 101, ACK), data(50, SERVER, 1001, 1000, 101, ACK), data(50, SERVER, 2001, 500, 101),
    (60, CLIENT, ACK, 101, 2001, 64000, b""), (60, CLIENT, ACK, 101, 2501, 64000, b""),
    (100, CLIENT, FIN | ACK, 101, 2501, 64000, b""), (110, SERVER, FIN | ACK, 2501, 102, 64000, b""),
    (120, CLIENT, ACK, 102, 2502, 64000, b"")]


def frames(talk, story=None):
    return [(talk.start_us + line[0] * 1000, packet(talk, line, i)) for i, line in enumerate(story or STORY)]


# ---------- links ----------

def ether(ip):
    return bytes(12) + (b"\x86\xdd" if ip[0] >> 4 == 6 else b"\x08\x00")


def kind(ip):
    return ether(ip)[12:]


def gre(ip):
    inner = b"\0\0" + kind(ip) + ip
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), 1, 0, 64, 47, 0) + bytes([1, 1, 1, 1, 2, 2, 2, 2])
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + inner


LINKS = {
    "ethernet": (1, lambda ip: ether(ip) + ip),
    "padded": (1, lambda ip: (ether(ip) + ip).ljust(60, b"\0")),
    "vlan": (1, lambda ip: bytes(12) + b"\x81\0\0\5" + kind(ip) + ip),
    "qinq": (1, lambda ip: bytes(12) + b"\x88\xa8\0\5\x81\0\0\6" + kind(ip) + ip),
    "pppoe": (1, lambda ip: bytes(12) + b"\x88\x64\x11\0\0\1" + struct.pack(">H", len(ip) + 2) +
              (b"\0\x57" if ip[0] >> 4 == 6 else b"\0\x21") + ip),
    "mpls": (1, lambda ip: bytes(12) + b"\x88\x47\0\1\0\x40\0\2\1\x40" + ip),
    "gre": (1, lambda ip: bytes(12) + b"\x08\0" + gre(ip)),
    "raw": (101, lambda ip: ip),
    "null": (0, lambda ip: struct.pack("<I", 10 if ip[0] >> 4 == 6 else 2) + ip),
    "loop": (108, lambda ip: struct.pack(">I", 28 if ip[0] >> 4 == 6 else 2) + ip),
    "sll": (113, lambda ip: bytes(14) + kind(ip) + ip),
    "sll2": (276, lambda ip: kind(ip) + bytes(18) + ip),
    "ppp": (9, lambda ip: b"\xff\3" + (b"\0\x57" if ip[0] >> 4 == 6 else b"\0\x21") + ip),
    "ieee802.11": (105, lambda ip: b"\x08\1" + bytes(22) + b"\xaa\xaa\3\0\0\0" + kind(ip) + ip),
}


def pcap(path, rows, link="raw", order="<", nano=False, snaplen=0):
    """A classic file."""
    number, wrap = LINKS[link]
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snaplen or 262144, number)]
    for at, ip in rows:
        frame = wrap(ip)
        kept = frame[:snaplen] if snaplen else frame
        out.append(struct.pack(order + "IIII", at // 1_000_000, at % 1_000_000 * (1000 if nano else 1), len(kept),
                               len(frame)) + kept)
    path.write_bytes(b"".join(out))
    return path


def diff(*words):
    done = tcprove("diff", "--json=-", *words)
    return done, json.loads(done.out) if done.out.strip() else None


def kinds(told):
    """{kind: how many} of all differences."""
    return {kind: n for kind, n in told["kinds"].items() if n}


# ---------- the same ----------

@pytest.mark.parametrize("six", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("link", LINKS)
def test_a_conversation_is_the_same_on_every_link(tmp_path, link, six):
    rows = frames(Talk(six=six))
    plain, other = pcap(tmp_path / "a.pcap", rows), pcap(tmp_path / "b.pcap", rows, link)
    done, told = diff(plain, other)
    assert done.status == 0, done.err
    assert told["a"]["packets"] == told["b"]["packets"] == len(STORY)


SAME = {
    "isn": Talk(isn=(77, 4_000_000_000)),
    "sequence-wrap": Talk(isn=(0xFFFFFFFF, 0xFFFFFC00)),
    "ports": Talk(ports=(50001, 80)),
    "addresses": Talk(nets=9),
    "timestamp-base": Talk(stamps=(0xFFFFFFF0, 12345)),
    "clock-offset": Talk(start_us=1_700_000_000_123_456),
    "ip-id": Talk(first_id=4321),
    "ttl": Talk(ttl=(128, 55)),
    "window-scale": Talk(shift=7),
    "family": Talk(six=True),
    "left-to-the-card": Talk(zero_sum=True),
}


@pytest.mark.parametrize("what", SAME)
def test_numbers_that_mean_nothing_are_no_difference(tmp_path, what):
    done, told = diff(pcap(tmp_path / "a.pcap", frames(Talk())), pcap(tmp_path / "b.pcap", frames(SAME[what])))
    assert done.status == 0, told


@pytest.mark.parametrize("how", [{"nano": True}, {"order": ">"}, {"snaplen": 60}, {"snaplen": 90, "link": "ethernet"}],
                         ids=["nanoseconds", "big-endian", "cut", "cut-ethernet"])
def test_how_the_file_is_written_is_no_difference(tmp_path, how):
    rows = frames(Talk())
    done, told = diff(pcap(tmp_path / "a.pcap", rows), pcap(tmp_path / "b.pcap", rows, **how))
    assert done.status == 0, told


def test_another_window_scale_is_one_difference_of_the_syns(tmp_path):
    rows = frames(Talk(shift=7)), frames(Talk(shift=4))
    done, told = diff(pcap(tmp_path / "a.pcap", rows[0]), pcap(tmp_path / "b.pcap", rows[1]))
    assert done.status == 1
    assert kinds(told) == {"field": 2}


# ---------- not the same ----------

def story(change):
    lines = list(STORY)
    change(lines)
    return lines


def resegment(lines):
    lines[5:8] = [data(50, SERVER, 1, 700, 101, ACK), data(50, SERVER, 701, 700, 101, ACK),
                  data(50, SERVER, 1401, 1100, 101)]


OTHERS = {
    "reordered": (lambda s: s.insert(5, s.pop(6)), {"moved": 1}),
    "duplicated": (lambda s: s.insert(6, s[5]), {"extra": 1}),
    "retransmitted": (lambda s: s.insert(8, (55, *s[5][1:])), {"extra": 1}),
    "lost": (lambda s: s.pop(8), {"missing": 1}),
    "late": (lambda s: s.__setitem__(slice(10, None), [(m + 500, *rest) for m, *rest in s[10:]]), {"time": 1}),
    "other-text": (lambda s: s.__setitem__(3, (*s[3][:6], b"x" * 100)), {"field": 1}),
    "smaller-window": (lambda s: s.__setitem__(4, (*s[4][:5], 32000, b"")), {"field": 1}),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_differs_is_found_told_once_and_the_same_from_both_sides(tmp_path, what):
    change, wanted = OTHERS[what]
    a = pcap(tmp_path / "a.pcap", frames(Talk()))
    b = pcap(tmp_path / "b.pcap", frames(Talk(six=True, isn=(9, 0xFFFFFF00), shift=7), story(change)), "vlan")
    done, told = diff(a, b)
    assert done.status == 1
    assert kinds(told) == wanted
    _, back = diff(b, a)
    turned = {"missing": "extra", "extra": "missing"}
    assert kinds(back) == {turned.get(k, k): n for k, n in wanted.items()}


def test_bytes_do_not_care_how_they_were_cut(tmp_path):
    a, b = (pcap(tmp_path / n, frames(Talk(), s)) for n, s in (("a.pcap", None), ("b.pcap", story(resegment))))
    assert diff(a, b)[0].status == 1
    done, told = diff("--bytes", a, b)
    assert done.status == 0, told
    c = pcap(tmp_path / "c.pcap", frames(Talk(), story(lambda s: s.__setitem__(6, (*s[6][:6], b"y" * 1000)))))
    assert diff("--bytes", a, c)[0].status == 1


def test_a_port_used_again_is_a_second_connection(tmp_path):
    later = [(at + 9_000_000, ip) for at, ip in frames(Talk(isn=(500000, 700000)))]
    a = pcap(tmp_path / "a.pcap", frames(Talk()) + later)
    done, told = diff(a, pcap(tmp_path / "b.pcap", frames(Talk())))
    assert done.status == 1
    assert told["connections"] == 2
    assert kinds(told) == {"connection": 1}


CROSSED = [(0, CLIENT, SYN, 0, 0, 64000, b""), (1, SERVER, SYN, 0, 0, 64000, b""),
           (10, CLIENT, SYN | ACK, 0, 1, 64000, b""), (11, SERVER, SYN | ACK, 0, 1, 64000, b""), *STORY[3:]]


def test_a_simultaneous_open_is_one_connection_and_equal_to_itself_elsewhere(tmp_path):
    a, b = pcap(tmp_path / "a.pcap", frames(Talk(), CROSSED)), pcap(tmp_path / "b.pcap", frames(SAME["isn"], CROSSED))
    done, told = diff(a, b)
    assert done.status == 0, told
    assert told["connections"] == 1
    done, told = diff(a, pcap(tmp_path / "c.pcap", frames(Talk())))
    assert done.status == 1
    assert told["connections"] == 1
