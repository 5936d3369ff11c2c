"""Seeds of fuzz_seg for what hardly any program comes to by chance: handing on, many peers, copies and stamps, what
algorithms tell of themselves, marks in odd places."""

import seg_seeds
from later_seeds import (ACCECN0, ACCECN1, AE, ALGORITHM, ALL, ASK, BLOCKS, CE, CWR, ECE, ECN, ECT0, ERRORS, FAST_OPEN,
                         FASTOPEN, FEWER, GIVEN, LOSS, ON, OPTION, PLAIN, ROUNDS, SEND, STAMPING, STRANGE,
                         VALUE_5, ZEROCOPY, later, rare, with_settings)
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, DAYS, FAIR, IPV6, LEN, LINUX, MINUTE, NEXT_TIMER, READ, SECOND,
                       SHUTDOWN, UNA, UNA_AND_MSS, WRITE, call, segment, step)

SHARE, ONE, MANY = 0, 1, 2   # of WIDE
SILENT, COOKIE, TOO_BIG, LATE = 0, 1, 2, 4
TELLS, TTL, STATS = 1, 20, 15   # TCP_CC_INFO, IP_TTL, the value that asks for statistics
SETOPT = 11


def wide(what, *arguments):
    return step("WIDE", 0, what, *arguments)


def close_fd(fd):
    return step("CALL", 3, CLOSE, *[0] * 8, fd)


OPEN = [segment("syn"), segment(), call(ACCEPT, actor=2)]
TWO = [wide(SHARE, 4), wide(SHARE, 4), segment("syn"), segment("syn", actor=5), segment("syn", actor=6), NEXT_TIMER,
       segment(actor=5), segment(actor=6)]
COPY = rare(SEND, 1, 0, 0)
STAMPED = [rare(OPTION, STAMPING, STATS), call(WRITE, 1), BIG_WRITE, FAIR, *[rare(ERRORS)] * 3, call(WRITE, 1), FAIR,
           call(WRITE, 1), FAIR, BIG_WRITE, NEXT_TIMER, FAIR, rare(ERRORS), rare(OPTION, STAMPING, 12), BIG_WRITE, FAIR,
           *[rare(ERRORS)] * 4]
COPIES = [rare(OPTION, ZEROCOPY, ON), COPY, COPY, FAIR, COPY, COPY, segment(win=4), COPY, COPY, rare(SEND, 6, 0, 0),
          segment(ack=UNA_AND_MSS), rare(SEND, 6, 0, 0), FAIR, rare(ERRORS), COPY, FAIR, COPY, rare(ERRORS), FAIR,
          rare(OPTION, STAMPING, 12), COPY, call(WRITE, 1), COPY, FAIR, COPY, call(CLOSE), FAIR]
MARKS = [later("push", ecn=bits, len=LEN["1000"]) for bits in (CE, ECT0, CE | CWR, 8, CE | AE, ECE | CWR | AE)]
COUNTERS = [later(opts=kind, ecn=bits, raw=raw) for kind in (ACCECN0, ACCECN1, FEWER) for bits, raw in
            ((0, 0), (ECE, 0), (AE, 1), (CWR | AE, 2), (7, 255), (0, 7))]
ASKED = [rare(ASK, n) for n in range(12)]
TALKS = [BIG_WRITE, *MARKS, call(READ, 7), *COUNTERS, BIG_WRITE, *COUNTERS[:6], NEXT_TIMER, later(opts=ACCECN0, raw=3),
         FAIR]
MUTE = step("KNOB", 0, 84, 0x80)   # refstack.device_drops

STORIES = {   # name: (start, steps, settings)
    **{f"hands-on-{first}-{more}": ("CLOSED", [*TWO[:4 + more], close_fd(first), segment(),
                                               segment(actor=5), NEXT_TIMER,
                                               close_fd(1 - first)], [("tcp_migrate_req", "1")])
       for first in (0, 1) for more in (0, 2, 4)},
    "strangers": ("CLOSED", [wide(MANY, 36, COOKIE), SECOND, wide(MANY, 36, COOKIE | LATE), wide(ONE, 3, COOKIE), wide(
        ONE, 39, SILENT), wide(ONE, 39, SILENT | LATE), wide(ONE, 39, COOKIE)], [("tcp_fastopen", "3")]),
    "long-paths": ("CLOSED", [wide(MANY, 36, TOO_BIG), SECOND, wide(MANY, 36, TOO_BIG | LATE), wide(ONE, 2, TOO_BIG),
                              wide(ONE, 38, TOO_BIG), wide(MANY, 39, TOO_BIG | LATE)], [("tcp_fastopen", "1543")]),
    "stamped": ("ESTABLISHED", STAMPED, []),
    "copies": ("ESTABLISHED", COPIES, []),
    "copies-and-stamps": ("ESTABLISHED", [rare(OPTION, STAMPING, STATS), *COPIES], []),
    **{f"tells-{number}": ("ESTABLISHED", [rare(ALGORITHM, number), *ASKED, *ROUNDS, *ASKED, *LOSS, *ASKED, rare(
        ALGORITHM, (number + 1) % 7), *ASKED], [ECN[number % 2]]) for number in range(7)},
    **{f"counts-{bits}-{raw}-{option}": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later(ecn=bits, opts=ACCECN0 if raw
        else PLAIN, raw=raw), call(ACCEPT, actor=2), *TALKS], [("tcp_ecn", "3"), ("tcp_ecn_option", option)])
       for bits, raw, option in ((0, 0, "0"), (CE, 0, "1"), (CE | ECE, 1, "1"), (7, 0, "0"), (ECE, 1, "1"))},
    **{f"asks-for-counts-{bits}-{value}": ("SYN_SENT", [NEXT_TIMER, later("synack", ecn=bits, opts=kind), *TALKS, later(
        "synack", ecn=bits | CE), *TALKS], [("tcp_ecn", value), more])
       for bits, value, kind, more in ((2, "3", PLAIN, ("tcp_ecn_fallback", "0")),
                                       (CE | 2, "3", ACCECN0, ("tcp_ecn_option", "1")),
                                 (4, "3", FEWER, ("tcp_ecn_option_beacon", "0")), (0x18, "4", ACCECN1, ECN[0]),
                                 (3, "5", PLAIN, ("tcp_ecn_fallback", "0")), (7, "4", FEWER, ("tcp_ecn_option", "0")))},
    "hops": ("ESTABLISHED", [rare(OPTION, TTL, 5), BIG_WRITE, rare(OPTION, TTL, 13), BIG_WRITE, call(CLOSE)], []),
    "no-device": ("ESTABLISHED", [MUTE, BIG_WRITE, DATA, NEXT_TIMER, NEXT_TIMER, FAIR,
                                  MUTE, BIG_WRITE, segment(win=4), NEXT_TIMER, DATA, call(CLOSE),
                                  NEXT_TIMER, FAIR], []),
    "no-device-in-flight": ("IN_FLIGHT", [MUTE, NEXT_TIMER, NEXT_TIMER, segment(), segment(), segment(),
                                          NEXT_TIMER, FAIR], []),
    "no-device-no-window": ("ZERO_WINDOW", [MUTE, NEXT_TIMER, NEXT_TIMER, NEXT_TIMER, FAIR], []),
    "mute-opening": ("SYN_SENT", [MUTE, NEXT_TIMER, NEXT_TIMER, NEXT_TIMER, FAIR], []),
}


def files():
    """{name: bytes}"""
    made = {}
    for name, (start, steps, settings) in STORIES.items():
        for preset, bits in (("rfc", 0), ("linux", LINUX), ("linux6", LINUX | IPV6)):
            made[f"gap-{name}-{preset}"] = with_settings(seg_seeds.program(start, steps, bits | ALL), *settings)
    return made
