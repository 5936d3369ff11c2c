"""The packets themselves, made by scapy: right ones from fields, wrong ones by damaging right ones in one way each."""

import struct
from dataclasses import dataclass, field, replace
from functools import cache

from scapy.config import conf
from scapy.layers.inet import ICMP, IP, TCP, UDP, in4_chksum
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting,
                                 PadN, in6_chksum)
from scapy.packet import Raw
from scapy.utils import checksum as internet_checksum

conf.ipv6_enabled = True

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128, "AE": 256}
V4 = ("192.0.2.1", "198.51.100.7")
V6 = ("2001:db8::1", "2001:db8:ffff::7")


@dataclass(frozen=True)
class Fields:
    """One segment. ip_options and extensions go in front of TCP; trailing goes behind the datagram."""
    src: str = V4[0]
    dst: str = V4[1]
    ttl: int = 64
    tos: int = 0
    flow: int = 0
    ident: int = 1
    sport: int = 40000
    dport: int = 8080
    seq: int = 1000
    ack: int = 0
    flags: int = 16
    win: int = 65535
    urp: int = 0
    options: bytes = b""
    text: bytes = b""
    ip_options: bytes = b""
    extensions: tuple = ()
    trailing: bytes = b""


@dataclass
class Case:
    name: str
    verdict: str    # "ok", or what is wrong
    data: bytes
    fields: Fields = field(default_factory=Fields)


def pad(options):
    """Option bytes as they stand in the header: EOL up to a multiple of four."""
    return options + bytes(-len(options) % 4)


def tcp_layer(f):
    options = pad(f.options)
    segment = TCP(sport=f.sport, dport=f.dport, seq=f.seq, ack=f.ack, window=f.win, urgptr=f.urp, flags=f.flags,
                  dataofs=5 + len(options) // 4)
    # scapy rewrites option lists it is given; as payload the bytes stay as they are, and sums and offsets cover them
    # alike.
    return segment / Raw(options + f.text) if options or f.text else segment


EXTENSIONS = {
    "destination": lambda: IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)]),
    "hop-by-hop": lambda: IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]),
    "whole-fragment": lambda: IPv6ExtHdrFragment(offset=0, m=0, id=7),   # RFC 6946
    "routing-done": lambda: IPv6ExtHdrRouting(segleft=0, addresses=[]),
}


def ip_layer(f):
    if ":" not in f.src:
        options = pad(f.ip_options)
        head = IP(src=f.src, dst=f.dst, ttl=f.ttl, tos=f.tos, id=f.ident, flags="DF", proto=6,
                  ihl=5 + len(options) // 4)
        return head, options
    head = IPv6(src=f.src, dst=f.dst, hlim=f.ttl, tc=f.tos, fl=f.flow)
    for name in f.extensions:
        head = head / EXTENSIONS[name]()
    return head, b""


def build(f):
    """The bytes of a right packet."""
    head, options = ip_layer(f)
    data = bytes(head / tcp_layer(f))
    if options:  # scapy has summed and measured without them: put them in and do both again
        body = data[20:]
        first = bytearray(data[:20] + options)
        struct.pack_into("!H", first, 2, len(first) + len(body))
        struct.pack_into("!H", first, 10, 0)
        struct.pack_into("!H", first, 10, internet_checksum(bytes(first)))
        data = bytes(first) + body
    return data + f.trailing


def witness(f, data):
    """scapy reads back what it wrote: a mistake in the construction above would show here."""
    packet = (IPv6 if ":" in f.src else IP)(data)
    segment = packet[TCP]
    got = (segment.sport, segment.dport, segment.seq, segment.ack, segment.window, segment.urgptr, int(segment.flags))
    want = (f.sport, f.dport, f.seq, f.ack, f.win, f.urp, f.flags)
    assert got == want, (got, want)
    assert packet.src == f.src and packet.dst == f.dst
    end = len(data) - len(f.trailing)
    body = data[end - 20 - len(pad(f.options)) - len(f.text):end]
    summed = in6_chksum(6, packet, body) if ":" in f.src else in4_chksum(6, packet, body)
    assert summed in (0, 0xffff), f"scapy finds another checksum: {summed:04x}"


def good(name, fields):
    data = build(fields)
    witness(fields, data)
    return Case(name, "ok", data, fields)


def families(name, fields):
    """The case over IPv4 and over IPv6."""
    yield good(f"{name}-v4", fields)
    yield good(f"{name}-v6", replace(fields, src=V6[0], dst=V6[1]))


# ---------- options ----------

def mss(value):
    return struct.pack("!BBH", 2, 4, value)


def wscale(shift):
    return bytes((3, 3, shift))


def timestamps(value, echo):
    return struct.pack("!BBII", 8, 10, value, echo)


def sack(*edges):
    return struct.pack(f"!BB{len(edges)}I", 5, 2 + 4 * len(edges), *edges)


SACK_OK = b"\4\2"
NOP = b"\1"
EOL = b"\0"

OPTION_ROWS = {
    "linux-syn": mss(1460) + SACK_OK + timestamps(1, 0) + NOP + wscale(7),
    "bsd-syn": mss(1460) + NOP + wscale(6) + SACK_OK + timestamps(0xffffffff, 0),
    "mss-0": mss(0), "mss-1": mss(1), "mss-536": mss(536), "mss-65535": mss(65535),
    "wscale-0": NOP + wscale(0), "wscale-14": NOP + wscale(14), "wscale-15": NOP + wscale(15),
    "wscale-255": NOP + wscale(255),
    "sackok": SACK_OK, "ts-zero": NOP * 2 + timestamps(0, 0), "ts-max": NOP * 2 + timestamps(0xffffffff, 0x80000000),
    "ts-unaligned": timestamps(7, 8), "ts-last": mss(1000) + timestamps(9, 10),
    "sack-1": NOP * 2 + sack(2000, 3000), "sack-2": NOP * 2 + sack(2000, 3000, 5000, 6000),
    "sack-3": NOP * 2 + sack(1, 2, 3, 4, 5, 6), "sack-4": NOP * 2 + sack(1, 2, 3, 4, 5, 6, 7, 8),
    "sack-wrap": NOP * 2 + sack(0xfffffff0, 0x10),
    "sack-ts": NOP * 2 + timestamps(5, 6) + NOP * 2 + sack(1, 2, 3, 4, 5, 6),
    "all-nops": NOP * 40, "eol-first": EOL * 4, "eol-hides": EOL + mss(1460)[:3] + mss(1460),
    "nops-then-mss": NOP * 4 + mss(1200), "two-mss": mss(500) + mss(1400),
    "two-wscale": wscale(3) + NOP + wscale(5) + NOP,
    "unknown-short": bytes((253, 2)) + mss(1111), "unknown-long": bytes((254, 38)) + bytes(36) + NOP * 2,
    "md5": NOP * 2 + bytes((19, 18)) + bytes(range(16)), "fastopen": bytes((34, 10)) + bytes(8) + NOP * 2,
    "accecn": bytes((172, 11)) + bytes(9) + NOP,
    "len-0": mss(1300) + bytes((3, 0, 0, 0)), "len-1": mss(1300) + bytes((8, 1, 0, 0)),
    "len-past-end": NOP + bytes((3, 40, 7)),
    "kind-alone-at-end": NOP * 3 + bytes((2,)), "mss-len-3": bytes((2, 3, 5)) + NOP,
    "mss-len-5": bytes((2, 5, 1, 2, 3)) + NOP * 3,
    "sack-len-11": bytes((5, 11)) + bytes(9) + NOP, "sack-empty": bytes((5, 2)) + NOP * 2,
    "ts-len-9": bytes((8, 9)) + bytes(7) + NOP * 3,
    "sackok-len-3": bytes((4, 3, 0)) + NOP, "bad-then-good": bytes((2, 3, 5)) + mss(1234) + NOP,
}


def option_cases():
    for name, options in OPTION_ROWS.items():
        flags = FLAGS["ACK"] if "sack-" in name else FLAGS["SYN"]
        yield from families(f"opt-{name}", Fields(options=options, flags=flags))


# ---------- fields ----------

def flag_cases():
    combinations = ("SYN", "SYN ACK", "ACK", "PSH ACK", "FIN ACK", "RST", "RST ACK", "URG ACK", "FIN PSH URG ACK",
                    "SYN FIN",
                    "SYN ECE CWR", "ACK ECE", "ACK CWR", "ACK AE", "SYN ECE CWR AE", "FIN", "")
    for words in combinations:
        bits = sum(FLAGS[word] for word in words.split())
        urgent = 5 if "URG" in words else 0
        yield from families(f"flags-{words.replace(' ', '-').lower() or 'none'}", Fields(flags=bits, ack=77,
                                                                                         urp=urgent))


def number_cases():
    yield from families("max-everything", Fields(sport=65535, dport=65535, seq=0xffffffff, ack=0xffffffff, win=65535,
                                                 urp=65535,
                                                 flags=0x1ff, ttl=255, tos=255, ident=65535, flow=0xfffff))
    yield from families("zero-everything", Fields(sport=0, dport=0, seq=0, ack=0, win=0, flags=16, ttl=1, tos=0,
                                                  ident=0))
    for length in (1, 2, 3, 4, 7, 535, 536, 1219, 1400):
        yield from families(f"text-{length}", Fields(text=bytes(i * 7 % 256 for i in range(length)), flags=0x18))
    yield from families("text-and-options", Fields(text=b"hello", options=OPTION_ROWS["sack-ts"], flags=0x10))
    for tos in (1, 2, 3, 0x10):
        yield from families(f"tos-{tos}", Fields(tos=tos))
    yield good("flow-label-v6", Fields(src=V6[0], dst=V6[1], flow=0xabcde))


def checksum_case(wanted, v6):
    """A segment whose TCP checksum comes out as `wanted`: the two zeros of the arithmetic are where codecs go wrong."""
    base = Fields(text=b"\0\0", src=V6[0] if v6 else V4[0], dst=V6[1] if v6 else V4[1])
    stored = struct.unpack_from("!H", build(base), (40 if v6 else 20) + 16)[0]
    # The sum is linear: adding to the payload word takes the same amount from the checksum (one's complement).
    word = (stored - wanted) % 0xffff
    fields = replace(base, text=struct.pack("!H", word))
    return good(f"checksum-{wanted:04x}-{'v6' if v6 else 'v4'}", fields)


def layer_cases():
    for words in (1, 5, 10):
        yield good(f"ip-options-{words * 4}", Fields(ip_options=b"\1" * (words * 4)))
    yield good("ip-options-and-tcp-options", Fields(ip_options=b"\1" * 8, options=mss(1460), flags=2))
    for names in (("destination",), ("hop-by-hop",), ("routing-done",), ("hop-by-hop", "destination"),
                  ("hop-by-hop", "routing-done", "destination"), ("whole-fragment",), ("hop-by-hop", "whole-fragment")):
        yield good(f"ext-{'-'.join(names)}", Fields(src=V6[0], dst=V6[1], extensions=names, text=b"x"))
    yield from families("ethernet-padding", Fields(trailing=b"\xee" * 6))
    for wanted in (0x0001, 0xfffe, 0x1234):
        for v6 in (False, True):
            yield checksum_case(wanted, v6)


# ---------- damage ----------

def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


def resummed_v4(data):
    clean = patched(data, 10, b"\0\0")
    return patched(clean, 10, struct.pack("!H", internet_checksum(clean[:(data[0] & 15) * 4])))


def resummed_tcp(data, at, v6):
    """With a right TCP checksum again, so that nothing but the intended damage is wrong."""
    clean = patched(data, at + 16, b"\0\0")
    body = clean[at:]
    pseudo = clean[8:40] + struct.pack("!II", len(body), 6) if v6 else clean[12:20] + struct.pack("!BBH", 0, 6,
                                                                                                  len(body))
    return patched(clean, at + 16, struct.pack("!H", internet_checksum(pseudo + body)))


def damaged_sums():
    for family, base, at in (("v4", Fields(text=b"data"), 20), ("v6", Fields(src=V6[0], dst=V6[1], text=b"data"), 40)):
        data = build(base)
        for name, place in (("tcp-sum", at + 16), ("seq", at + 4), ("flags", at + 13), ("window", at + 14), ("text",
                                                                                                             at + 20)):
            yield Case(f"flip-{name}-{family}", "tcp-checksum", patched(data, place, bytes((data[place] ^ 1,))))
    data = build(Fields())
    for name, place in (("id", 5), ("ttl", 8), ("ip-sum", 10), ("src", 15)):
        yield Case(f"flip-{name}-v4", "ip-checksum", patched(data, place, bytes((data[place] ^ 1,))))
    data6 = build(Fields(src=V6[0], dst=V6[1]))
    yield Case("flip-src-v6", "tcp-checksum", patched(data6, 23, bytes((data6[23] ^ 1,))))


def damaged_lengths():
    v4, v6 = build(Fields(text=b"data")), build(Fields(src=V6[0], dst=V6[1], text=b"data"))
    for words in (0, 1, 4):
        yield Case(f"doff-{words}-v4", "doff", resummed_tcp(patched(v4, 32, bytes((words << 4,))), 20, False))
        yield Case(f"doff-{words}-v6", "doff", resummed_tcp(patched(v6, 52, bytes((words << 4,))), 40, True))
    yield Case("doff-past-end-v4", "doff", resummed_tcp(patched(v4, 32, b"\xf0"), 20, False))
    yield Case("doff-past-end-v6", "doff", resummed_tcp(patched(v6, 52, b"\xf0"), 40, True))
    yield Case("total-length-over-v4", "ip-length", resummed_v4(patched(v4, 2, struct.pack("!H", len(v4) + 1))))
    yield Case("total-length-under-header-v4", "ip-length", resummed_v4(patched(v4, 2, struct.pack("!H", 19))))
    yield Case("payload-length-over-v6", "ip-length", patched(v6, 4, struct.pack("!H", len(v6) - 39)))
    for words in (0, 4):
        yield Case(f"ihl-{words}-v4", "ihl", patched(v4, 0, bytes((0x40 | words,))))
    yield Case("ihl-past-end-v4", "ihl", patched(build(Fields()), 0, b"\x4f"))
    for size in (0, 1, 19):
        yield Case(f"cut-{size}-v4", "short", v4[:size])
    for size in (1, 39):
        yield Case(f"cut-{size}-v6", "short", v6[:size])
    for size in (20, 30, 43):
        yield Case(f"cut-{size}-v4", "ip-length", v4[:size])
    for size in (40, 50, 63):
        yield Case(f"cut-{size}-v6", "ip-length", v6[:size])
    short = bytes(IP(src=V4[0], dst=V4[1], proto=6) / Raw(b"\0" * 19))
    yield Case("tcp-19-bytes-v4", "short", short)
    yield Case("tcp-19-bytes-v6", "short", bytes(IPv6(src=V6[0], dst=V6[1], nh=6) / Raw(b"\0" * 19)))


def other_packets():
    v4 = build(Fields())
    for version in (0, 5, 15):
        yield Case(f"version-{version}", "version", patched(v4, 0, bytes((version << 4 | 5,))))
    yield Case("more-fragments-v4", "fragment", resummed_v4(patched(v4, 6, b"\x20\x00")))
    yield Case("fragment-offset-v4", "fragment", resummed_v4(patched(v4, 6, b"\x00\x01")))
    yield Case("udp-v4", "not-tcp", bytes(IP(src=V4[0], dst=V4[1]) / UDP(sport=1, dport=2) / b"data"))
    yield Case("icmp-v4", "not-tcp", bytes(IP(src=V4[0], dst=V4[1]) / ICMP()))
    yield Case("udp-v6", "not-tcp", bytes(IPv6(src=V6[0], dst=V6[1]) / UDP(sport=1, dport=2) / b"data"))
    yield Case("no-next-header-v6", "not-tcp", bytes(IPv6(src=V6[0], dst=V6[1], nh=59)))


@cache
def cases():
    makers = (flag_cases, number_cases, option_cases, layer_cases, damaged_sums, damaged_lengths, other_packets)
    return tuple(case for make in makers for case in make())
