"""Seeds of fuzz_opt: a byte of choices (fuzz/target/fuzz_opt.c), then an option area."""

from packets import mss, sack, timestamps, wscale

SACK_PERMITTED = bytes((4, 2))
NOP = b"\1"
SIGNATURE = bytes((19, 18)) + bytes(range(16))
FAST_OPEN_ASK = bytes((34, 2))
FAST_OPEN = bytes((34, 10)) + bytes(range(8))
FAST_OPEN_OLD = bytes((254, 12, 0xF9, 0x89)) + bytes(range(8))


def accecn(kind, *counters):
    return bytes((kind, 2 + 3 * len(counters))) + b"".join(count.to_bytes(3, "big") for count in counters)


AREAS = {
    "none": b"",
    "syn-usual": mss(1460) + SACK_PERMITTED + timestamps(1, 0) + NOP + wscale(7),
    "syn-odd-order": wscale(14) + timestamps(0xffffffff, 0) + mss(0) + SACK_PERMITTED,
    "shift-too-large": mss(1460) + NOP + wscale(15),
    "timestamps": NOP + NOP + timestamps(0x80000000, 0x7fffffff),
    "three-blocks": NOP + NOP + timestamps(5, 6) + NOP + NOP + sack(1, 2, 3, 4, 5, 6),
    "four-blocks": NOP + NOP + sack(1, 2, 3, 4, 5, 6, 0xfffffff0, 8),
    "signature": NOP + NOP + SIGNATURE,
    "signature-and-timestamps": NOP + NOP + SIGNATURE + NOP + NOP + timestamps(1, 2),
    "cookie-asked": mss(1460) + FAST_OPEN_ASK,
    "cookie": mss(1460) + SACK_PERMITTED + timestamps(1, 0) + NOP + wscale(7) + FAST_OPEN,
    "cookie-experimental": mss(1460) + FAST_OPEN_OLD,
    "accecn-none": accecn(172),
    "accecn-three": NOP + NOP + timestamps(1, 2) + accecn(172, 1, 2, 3),
    "accecn-second": accecn(174, 0xffffff, 0, 1) + NOP + sack(9, 10),
    "end-then-more": mss(1460) + b"\0" + wscale(7),
    "twice": mss(536) + mss(1460),
    "length-0": bytes((2, 0, 5, 180)),
    "length-1": bytes((8, 1)),
    "length-past-the-end": bytes((3, 40, 7)),
    "length-missing": NOP * 3 + bytes((5,)),
    "one-octet-missing-mss": NOP + mss(1460)[:3],
    "one-octet-missing-wscale": NOP * 2 + wscale(7)[:2],
    "one-octet-missing-sack-permitted": NOP * 3 + SACK_PERMITTED[:1],
    "one-octet-missing-timestamps": NOP * 3 + timestamps(1, 2)[:9],
    "mss-too-short": bytes((2, 3, 5)) + NOP,
    "sack-half-a-block": bytes((5, 6, 0, 0, 0, 1)),
    "unknown": bytes((253, 4, 1, 2)) + bytes((30, 3, 0)),
    "all-padding": NOP * 40,
}


def files():
    return {f"{name}-{where}": bytes((syn,)) + area
            for name, area in AREAS.items() for syn, where in ((1, "syn"), (0, "later"))}
