"""Seeds of fuzz_parse: the known-answer packets, with the byte of choices in front (see fuzz/target/fuzz_parse.c), and
a few
ICMP errors that quote a segment."""

from packets import V4, V6, Fields, build, cases
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6PacketTooBig, ICMPv6TimeExceeded, IPv6
from scapy.packet import Raw

FIX_BOTH_SUMS = b"\3"
AS_IT_IS = b"\0"
TEXT_LIMIT = 200  # big payloads teach a fuzzer nothing


def errors():
    v4, v6 = build(Fields()), build(Fields(src=V6[0], dst=V6[1]))
    for kind, code in ((3, 0), (3, 3), (3, 4), (4, 0), (11, 0), (12, 0)):
        yield f"icmp-{kind}-{code}", bytes(IP(src=V4[1], dst=V4[0]) / ICMP(type=kind, code=code) / Raw(v4[:28]))
    for name, message in (("unreach", ICMPv6DestUnreach(code=4)), ("too-big", ICMPv6PacketTooBig(mtu=1280)),
                          ("time", ICMPv6TimeExceeded())):
        yield f"icmp6-{name}", bytes(IPv6(src=V6[1], dst=V6[0]) / message / Raw(v6[:48]))


def files():
    made = {}
    for case in cases():
        if len(case.data) <= TEXT_LIMIT:
            choice = AS_IT_IS if case.verdict.endswith("checksum") else FIX_BOTH_SUMS
            made[case.name] = choice + case.data
    made.update({name: FIX_BOTH_SUMS + data for name, data in errors()})
    return made
