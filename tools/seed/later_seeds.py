"""More seeds of fuzz_seg and fuzz_pair: what came after RFC 9293. One story for each mechanism, told with the settings
of fuzz/prog/settings.def, the calls of rare.c and the segments of later.c."""

import re

import pair_seeds
import seg_seeds
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, FAIR, LEN, LINUX, MINUTE, NEXT_TIMER, PROG, READ, SACK,
                       SECOND, TS,
                       UNA, UNA_AND_MSS, WRITE, WSCALE, call, segment, step)

SETTINGS = re.findall(r'^S\((?:NULL|"(?:net\.ipv4\.)?([\w.]+)"), (?:NULL|"([^"]*)")\)',
                      (PROG / "settings.def").read_text(), re.M)
ROWS = {row: number for number, row in enumerate(SETTINGS)}
SETTING_PLACES = (14, 15)   # in the header of fuzz_seg

# Options of later segments (fuzz/prog/later.c): a class, and 16 times what it does with it.
ACCECN0, ACCECN1, FEWER, FAST_OPEN, BLOCKS, PLAIN = 4, 5, 6, 8, 11, 15
ASKS, GIVEN, STRANGE, OLD_FORM = 0, 16, 32, 48   # of Fast Open
ECE, CWR, AE, CE, ECT0 = 1, 2, 4, 0x18, 0x10
SIGNED, SIGNED_WRONG = 0x60, 0x20

# Rare calls (fuzz/prog/rare.c) and their options, by place.
OPTION, ALGORITHM, KEY, ASK, OPEN_FAST, SEND, ERRORS = 0, 4, 6, 7, 9, 12, 14
FASTOPEN, DEFER, SAVE_SYN, STAMPING, ZEROCOPY, PACING, DISCOVER, RECVERR, DELAY = 0, 3, 9, 10, 11, 12, 15, 16, 18
ON, VALUE_5, VALUE_1000, VALUE_20000, ALL_STAMPS = 0, 4, 6, 8, 12
ALL = TS | SACK | WSCALE


def later(flags="ack", actor=0, ecn=0, **places):
    arguments = [0] * 10
    arguments[0] = {"ack": 0, "push": 3, "syn": 4, "synack": 5, "fin": 6}[flags]
    arguments[1] = ecn
    for name, value in places.items():
        arguments[seg_seeds.PLACES[name]] = value
    return step("LATER", actor, *arguments)


def rare(number, *arguments, actor=0):
    return step("RARE", actor, number, *arguments)


def with_settings(program, *rows):
    head = bytearray(program[:seg_seeds.HEADER_BYTES])
    for place, row in zip(SETTING_PLACES, rows):
        head[place] = ROWS[row]
    return bytes(head) + program[seg_seeds.HEADER_BYTES:]


ROUNDS = [BIG_WRITE, FAIR] * 4
LOSS = [BIG_WRITE, later(ack=UNA, opts=BLOCKS), later(ack=UNA, opts=BLOCKS + 32, raw=2),
        later(ack=UNA, opts=BLOCKS + 48, raw=1), NEXT_TIMER, later(ack=UNA_AND_MSS, opts=BLOCKS), FAIR]
MARKED = [BIG_WRITE, segment(mods=0x20), later(ecn=ECE), later(ecn=ECE, ack=UNA), FAIR, later("push", ecn=CE | CWR,
                                                                                           len=LEN["1000"]),
          BIG_WRITE, later(ecn=CWR), FAIR]
COUNTED = [later(opts=ACCECN0, raw=1), BIG_WRITE, later(ecn=AE, opts=ACCECN1, raw=2), later(ecn=ECE | CWR,
                                                                                            opts=FEWER, raw=7),
           later("push", ecn=CE, len=LEN["1000"]), later("push", ecn=ECT0, len=LEN["1000"]), call(READ, 7), BIG_WRITE,
           later(ack=UNA_AND_MSS, ecn=AE | ECE, opts=ACCECN0, raw=9), later(ecn=7, opts=FEWER, raw=1), FAIR]
OPENED = [later(opts=ACCECN0), call(ACCEPT, actor=2)]
COOKIE = [rare(OPEN_FAST, 1), later("synack", opts=FAST_OPEN + STRANGE, raw=2), FAIR, call(CLOSE), segment("fin"),
          MINUTE]
ECN = ("tcp_ecn", "1"), ("tcp_ecn", "3")

STORIES = {   # name: (start, steps, settings)
    **{f"{cc}-rounds": ("ESTABLISHED", [*ROUNDS, SECOND, *ROUNDS], [("tcp_congestion_control", cc)])
       for cc in ("reno", "cubic", "dctcp", "bbr")},
    **{f"{cc}-loss": ("ESTABLISHED", [*ROUNDS, *LOSS, *LOSS, MINUTE, *ROUNDS], [("tcp_congestion_control", cc), ECN[0]])
       for cc in ("reno", "cubic", "dctcp", "bbr")},
    **{f"ecn-active-{bits}-{row[1]}": ("SYN_SENT", [later("synack", ecn=bits, opts=PLAIN), *MARKED, *COUNTED], [row])
       for bits in range(8) for row in ECN},
    **{f"ecn-passive-{bits}-{row[1]}": ("LISTEN", [later("syn", ecn=bits, opts=PLAIN), *OPENED, *COUNTED, *MARKED],
                                        [row, ("tcp_ecn_option", "1")] if bits % 2 else [row]) for bits in (0, 3, 7)
       for row in ECN},
    "accecn-syn-again": ("LISTEN", [later("syn", ecn=7), later("syn", ecn=7), NEXT_TIMER, later("syn", ecn=3),
                                    *OPENED, *COUNTED], [ECN[1]]),
    "accecn-syn-lost": ("SYN_SENT", [NEXT_TIMER, NEXT_TIMER, later("synack", ecn=2, opts=PLAIN), *COUNTED], [ECN[1]]),
    "fast-open-asks": ("LISTEN", [*COOKIE, rare(OPEN_FAST, 1), later("synack", opts=PLAIN), BIG_WRITE, FAIR],
                       [("tcp_fastopen", "3")]),
    "fast-open-late": ("LISTEN", [*COOKIE, rare(OPEN_FAST, 6), NEXT_TIMER, later("synack", ack=6), FAIR],
                       [("tcp_fastopen", "3"), ("tcp_fastopen_blackhole_timeout_sec", "5")]),
    "fast-open-without-cookie": ("LISTEN", [rare(OPEN_FAST, 6), NEXT_TIMER, NEXT_TIMER, later("synack"), FAIR],
                                 [("tcp_fastopen", "1543")]),
    "fast-open-serves": ("LISTEN", [later("syn", opts=FAST_OPEN + ASKS), later(), call(ACCEPT, actor=2),
                                    later("syn", actor=5, opts=FAST_OPEN + GIVEN, len=LEN["1000"]), call(ACCEPT),
                                    call(READ, 7), BIG_WRITE, NEXT_TIMER, later(actor=5), later("fin", actor=5)],
                         [("tcp_fastopen", "1027")]),
    "fast-open-strangers": ("LISTEN", [later("syn", actor=actor, opts=FAST_OPEN + kind, raw=raw, len=LEN["1000"])
                                       for actor, kind, raw in ((0, STRANGE, 1), (5, STRANGE, 3), (6, OLD_FORM, 2),
                                                                (0, OLD_FORM, 0))] + [call(ACCEPT), NEXT_TIMER, FAIR],
                            [("tcp_fastopen", "1543")]),
    "fast-open-by-option": ("LISTEN", [rare(OPTION, FASTOPEN, VALUE_5, actor=2),
                                       later("syn", opts=FAST_OPEN + ASKS), segment("rst", seq_off=3),
                                       later("syn", opts=FAST_OPEN + GIVEN, len=LEN["1000"]), call(ACCEPT, actor=2),
                                       call(WRITE, 7), call(CLOSE), NEXT_TIMER, NEXT_TIMER], [("tcp_fastopen", "3")]),
    "signed": ("ESTABLISHED", [rare(KEY), later(ecn=SIGNED, len=LEN["1000"]), later(ecn=SIGNED_WRONG,
                                                                                    len=LEN["one"]), DATA,
                               BIG_WRITE, later(ecn=SIGNED), rare(KEY, 1), DATA], []),
    "signed-opening": ("LISTEN", [rare(KEY, actor=2), later("syn", ecn=SIGNED), later(ecn=SIGNED), call(ACCEPT,
                                                                                                        actor=2),
                                  segment("syn", actor=5), later("fin", ecn=SIGNED), BIG_WRITE, NEXT_TIMER], []),
    "stamps-and-copies": ("ESTABLISHED", [rare(OPTION, STAMPING, ALL_STAMPS), rare(OPTION, ZEROCOPY, ON), BIG_WRITE,
                                          rare(SEND, 6, 0, 0), rare(ERRORS), FAIR, rare(ERRORS), rare(ERRORS),
        BIG_WRITE,
                                          NEXT_TIMER, FAIR, rare(ERRORS), rare(ERRORS), call(CLOSE)], []),
    "told-of-errors": ("SYN_SENT", [rare(OPTION, RECVERR, ON), step("ICMP", 0, 1, UNA), rare(ERRORS), NEXT_TIMER,
                                    step("ICMP", 0, 4, UNA), rare(ERRORS)], []),
    "mtu-probes": ("ESTABLISHED", [*ROUNDS, *ROUNDS, *LOSS, NEXT_TIMER, NEXT_TIMER, FAIR],
                   [("tcp_mtu_probing", "2"), ("tcp_base_mss", "512")]),
    "mtu-black-hole": ("IN_FLIGHT", [NEXT_TIMER] * 6 + [FAIR, *ROUNDS], [("tcp_mtu_probing", "1"), ("tcp_retries1",
                                                                                                    "0")]),
    **{f"mtu-discover-{value}": ("IN_FLIGHT", [rare(OPTION, DISCOVER, value), step("ICMP", 0, 4, UNA, 0, 0, 3),
                                               BIG_WRITE, step("ICMP", 0, 4, UNA, 0, 0, 2), FAIR],
        []) for value in range(4)},
    "cookies": ("LISTEN", [later("syn", opts=PLAIN), segment(), call(ACCEPT, actor=2), DATA, segment("syn", actor=5),
                           segment(actor=5, ack_off=3), segment(actor=5, len=LEN["1000"]), call(ACCEPT), BIG_WRITE,
        FAIR],
                [("tcp_syncookies", "2")]),
    "full-backlog": ("LISTEN", [later("syn", actor=actor, opts=PLAIN) for actor in (0, 5, 6, 0)] + [NEXT_TIMER] * 6 +
                     [segment(actor=5), call(ACCEPT, actor=2)], [("tcp_max_syn_backlog", "1"), ("tcp_syncookies",
                                                                                                "1")]),
    "paced": ("ESTABLISHED", [rare(OPTION, PACING, VALUE_20000), *[BIG_WRITE] * 3, SECOND, SECOND, FAIR, *ROUNDS], []),
    "delayed": ("ESTABLISHED", [rare(OPTION, DELAY, VALUE_20000), BIG_WRITE, SECOND, FAIR, *LOSS], []),
    "saved-syn": ("LISTEN", [rare(OPTION, SAVE_SYN, ON, actor=2), segment("syn", opts=9), segment(), call(ACCEPT,
                                                                                                          actor=2),
                             rare(ASK, 4), rare(ASK, 0), rare(ASK, 1)], []),
    "deferred": ("LISTEN", [rare(OPTION, DEFER, VALUE_5, actor=2), segment("syn"), segment(), NEXT_TIMER, NEXT_TIMER,
                            DATA,
                            call(ACCEPT, actor=2)], []),
    "changes-of-algorithm": ("ESTABLISHED", [s for n in range(5) for s in (rare(ALGORITHM, n), *ROUNDS[:2], *LOSS[:3])],
                             []),
}


def files():
    """{name: bytes} of fuzz_seg."""
    made = {}
    for name, (start, steps, settings) in STORIES.items():
        for preset, bits in (("rfc", 0), ("linux", LINUX)):
            made[f"later-{name}-{preset}"] = with_settings(seg_seeds.program(start, steps, bits | ALL), *settings)
    return made


# ---------- two hosts ----------

MARK = 7
TROUBLE = {
    "clean": [],
    "loss": [pair_seeds.step("FATE", 0, pair_seeds.LOSE, n) for n in (2, 9, 14)],
    "marks": [pair_seeds.step("BURST", side, MARK, 1, 0, 7) for side in (0, 1)],
    "late": [pair_seeds.step("BURST", 0, pair_seeds.HOLD, 3, 2, 3), pair_seeds.step("FATE", 0, pair_seeds.TWICE, 9)],
}
REST = [pair_seeds.step("TIME", 0, pair_seeds.SECOND)] * 2
ALGORITHMS = {"reno": 4, "cubic": 5, "dctcp": 6, "bbr": 7}
CC_PLACE, RATES, MUCH, SOME = 2, {"free": 0, "slow": 3}, 6, 4


def pair_files():
    """{name: bytes} of fuzz_pair: each algorithm, ECN and AccECN, with trouble of each kind."""
    made = {}
    for name, number in ALGORITHMS.items():
        for trouble, steps in TROUBLE.items():
            for ecn in ECN:
                for rate, place in RATES.items():
                    presets = (ROWS[ecn] << 1 | 1, ROWS[ecn] << 1 | (number & 1))
                    head = bytearray(pair_seeds.header(presets, ((MUCH, 0), (SOME, 0)), rate=place, delay=2))
                    for side in range(2):
                        head[pair_seeds.HOST + 3 * side + CC_PLACE] = number
                    story = b"".join([*steps, *REST, *steps, *REST])
                    made[f"{name}-{trouble}-ecn{ecn[1]}-{rate}"] = bytes(head) + story
    return made
