"""Seeds of fuzz_seg: short stories told in its program format (fuzz/prog/program.h), one for each start and each theme.

The numbers of kinds and starts are read from the C sources, so a seed keeps its meaning when the lists grow."""

import re
from pathlib import Path

PROG = Path(__file__).resolve().parents[2] / "fuzz/prog"
HEADER_BYTES = 16
STEP_BYTES = 12


def listed(file, pattern):
    return {name: number for number, name in enumerate(re.findall(pattern, (PROG / file).read_text(), re.M))}


KINDS = listed("steps.def", r"^X\((\w+),")
STARTS = listed("program.h", r"\bFZ_AT_(\w+)\b(?=[,\s])")

# Bits of the header's second byte.
LINUX, IPV6, BLOCKING, TS, SACK, WSCALE, WRAP = 1, 2, 4, 8, 16, 32, 64

# Arguments of a segment, by place (fuzz/prog/play.c).
FLAGS = {"ack": 0, "push": 2, "fin": 3, "syn": 4, "synack": 5, "rst": 6, "rstack": 7, "synfin": 0x83}
PLACES = {"flags": 0, "mods": 1, "seq": 2, "seq_off": 3, "ack": 4, "ack_off": 5, "win": 6, "len": 7, "opts": 8,
          "raw": 9}
ONE_BACK, ONE_ON, MSS_ON, EDGE, PAST_EDGE, FAR = 4, 3, 7, 9, 13, 17
UNA, UNA_AND_MSS = 2, 9
TWO_ON, FAR_ISLAND = 5, 14
MSS_AHEAD, TWO_MSS_AHEAD = 9, 11
LEN = {"one": 4, "mss": 7, "window": 9, "more": 10, "1000": 13, "1460": 14, "3000": 15}
WIN = {"zero": 4, "one": 5, "mss": 7}

# Calls (fuzz/prog/calls.c).
WRITE, READ, CLOSE, SHUTDOWN, ACCEPT, OPEN, SETOPT = 0, 4, 7, 8, 9, 10, 11
POLL, IOCTL, DUP, CONNECT, UNPARK, CLOSE_ALL = 14, 15, 16, 17, 18, 19


def step(kind, actor=0, *arguments):
    body = bytes((KINDS[kind], actor, *arguments))
    return body + bytes(STEP_BYTES - len(body))


def segment(flags="ack", actor=0, **places):
    arguments = [0] * 10
    arguments[PLACES["flags"]] = FLAGS[flags]
    for name, value in places.items():
        arguments[PLACES[name]] = value
    return step("SEG", actor, *arguments)


def call(number, *arguments, actor=0):
    return step("CALL", actor, number, *arguments)


# Buffers (fuzz/prog/host.c) and the peer's clock (fuzz/prog/decode.c).
SMALL_BUFFER, LARGE_BUFFER = 4, 7
CLOCK_AT_HALF, CLOCK_BEFORE_WRAP = 1, 2


def program(start, steps, bits=TS | SACK | WSCALE, wscale=7, mss=0, irs=(1, 0), **more):
    """more: before (so many times 8 bytes before the host's numbers wrap), rcvbuf, sndbuf, clock"""
    head = bytes((STARTS[start], bits, wscale, mss, *irs, more.get("before", 10), more.get("rcvbuf", 0),
                  more.get("sndbuf", 0), 0, 0, 0, 0, more.get("clock", 0)))
    return head + bytes(HEADER_BYTES - len(head)) + b"".join(steps)


NEXT_TIMER, SECOND, MINUTE, DAYS = step("TIME", 0, 0), step("TIME", 0, 9), step("TIME", 0, 12), step("TIME", 0, 19)
FAIR, CLONE = step("FAIR"), step("CLONE")
DATA = segment("push", len=LEN["1000"])
BIG_WRITE = call(WRITE, 6)

STORIES = {
    "lost-then-timeout": ("IN_FLIGHT", [NEXT_TIMER, NEXT_TIMER, NEXT_TIMER, FAIR]),
    "dup-acks": ("IN_FLIGHT", [segment(ack=UNA)] * 4 + [FAIR]),
    "sack-ladder": ("IN_FLIGHT", [segment(ack=UNA, opts=4), segment(ack=UNA, opts=5), segment(ack=UNA, opts=8, raw=9),
                                  FAIR]),
    "sack-lies": ("IN_FLIGHT", [segment(ack=UNA, opts=7), segment(ack=UNA, opts=6), FAIR]),
    "hole-filled": ("ESTABLISHED", [segment(len=LEN["mss"], seq=9), segment(len=LEN["mss"], seq=11),
                                    segment(len=LEN["mss"]),
                                    segment(len=LEN["mss"]), call(READ, 7)]),
    "beyond-window": ("ESTABLISHED", [segment(len=LEN["more"]), segment(seq=5, len=LEN["one"]),
                                      segment(seq_off=PAST_EDGE)]),
    "window-shut": ("ZERO_WINDOW", [NEXT_TIMER, segment(win=WIN["zero"]), NEXT_TIMER, segment(win=WIN["one"]), FAIR]),
    "window-fills": ("UNREAD", [segment(len=LEN["window"]), segment(len=LEN["window"]), call(READ, 7), call(READ, 7),
                                DATA]),
    "reset-beside": ("ESTABLISHED", [segment("rst", seq_off=ONE_ON), segment("rst", seq_off=ONE_BACK), segment("rst")]),
    "reset-far": ("ESTABLISHED", [segment("rst", seq_off=FAR), segment("rst", seq_off=PAST_EDGE), DATA]),
    "syn-inside": ("ESTABLISHED", [segment("syn"), segment("syn", seq_off=ONE_ON), segment("synack"), DATA]),
    "ack-unsent": ("ESTABLISHED", [segment(ack_off=ONE_ON), segment(ack_off=FAR), segment(ack=7), DATA]),
    "old-timestamp": ("ESTABLISHED", [DATA, segment(len=LEN["one"], opts=13), segment(len=LEN["one"], opts=14), DATA]),
    "no-timestamp": ("ESTABLISHED", [segment(len=LEN["one"], opts=12), DATA]),
    "idle-25-days": ("ESTABLISHED", [DATA, DAYS, DATA, BIG_WRITE, FAIR]),
    "simultaneous-close": ("ESTABLISHED", [call(SHUTDOWN, 1), segment("fin", ack=UNA), segment(), MINUTE]),
    "fin-with-data": ("ESTABLISHED", [segment("fin", len=LEN["1000"]), call(READ, 7), call(CLOSE), segment(), MINUTE]),
    "close-unread": ("UNREAD", [call(CLOSE), segment()]),
    "linger-zero": ("IN_FLIGHT", [call(SETOPT, 0, 1), call(CLOSE)]),
    "half-close": ("CLOSE_WAIT", [BIG_WRITE, FAIR, call(CLOSE), FAIR]),
    "data-after-close": ("FIN_WAIT_2", [DATA, call(READ, 7), call(CLOSE), DATA, MINUTE]),
    "time-wait-again": ("TIME_WAIT", [segment("fin", seq_off=ONE_BACK), NEXT_TIMER]),
    "time-wait-syn": ("TIME_WAIT", [segment("syn", seq=3), segment("rst"), segment("ack")]),
    "last-ack": ("LAST_ACK", [segment(ack=UNA), NEXT_TIMER, segment(), segment()]),
    "handshake": ("LISTEN", [segment("syn", opts=9), segment(), call(ACCEPT, actor=2), DATA, call(READ, 7)]),
    "three-openers": ("LISTEN", [segment("syn"), segment("syn", actor=5), segment("syn", actor=6), segment(),
                                 segment(actor=5),
                                 call(ACCEPT), call(ACCEPT), call(CLOSE, actor=2)]),
    "syn-lost": ("SYN_SENT", [NEXT_TIMER] * 4 + [segment("synack"), DATA]),
    "syn-refused": ("SYN_SENT", [segment("rstack")]),
    "syn-old-ack": ("SYN_SENT", [segment(ack_off=ONE_BACK), segment("synack", ack=5), segment("synack")]),
    "simultaneous": ("SIMULTANEOUS", [segment("synack"), DATA, FAIR]),
    "synack-lost": ("SYN_RECEIVED", [NEXT_TIMER, NEXT_TIMER, segment("syn", seq=3), segment(), call(ACCEPT)]),
    "closed-port": ("CLOSED", [segment("syn", actor=7), segment(actor=7), segment("fin", actor=7), segment("rst",
                                                                                                           actor=7),
                               segment("push", actor=7, len=LEN["1000"])]),
    "icmp": ("IN_FLIGHT", [step("ICMP", 0, 4, UNA), step("ICMP", 0, 1, UNA), step("ICMP", 0, 3, 5, FAR), step("ICMP", 0,
                                                                                                              8, UNA),
                                                                                                              FAIR]),
    "icmp-opening": ("SYN_SENT", [step("ICMP", 0, 1, UNA), step("ICMP", 0, 3, UNA)]),
    "urgent": ("ESTABLISHED", [call(WRITE, 1, 0, 5), segment("push", mods=16, raw=3, len=LEN["1000"]), call(READ, 1, 0,
                                                                                                            4),
                               call(SETOPT, 12, 0), call(READ, 7), FAIR]),
    "clone": ("IN_FLIGHT", [CLONE, segment(ack=UNA), NEXT_TIMER, DATA, call(READ, 7), BIG_WRITE, call(CLOSE), MINUTE]),
    "clone-recovering": ("RECOVERY", [CLONE, segment(ack=9), NEXT_TIMER, FAIR, call(CLOSE), FAIR]),
    "echoed": ("IN_FLIGHT", [step("MANGLE", 0, 0), step("MANGLE", 0, 1, 1, 0, 30, 3), step("MANGLE", 0, 2, 2, 0, 45),
                             step("MANGLE", 0, 0, 3, 0, 46, 0xf0), DATA]),
    "small-writes": ("ESTABLISHED", [call(WRITE, 0), call(WRITE, 0), call(WRITE, 0, 0, 4), call(SETOPT, 2, 0),
                                     call(WRITE, 0),
                                     SECOND, FAIR]),
    "keepalive": ("ESTABLISHED", [call(SETOPT, 3, 0), call(SETOPT, 4, 5), MINUTE, segment(ack_off=0), MINUTE, MINUTE]),
    "user-timeout": ("ZERO_WINDOW", [call(SETOPT, 7, 9), NEXT_TIMER, NEXT_TIMER, MINUTE]),
    "dup-and-poll": ("UNREAD", [call(DUP), call(CLOSE), call(POLL, actor=3), call(IOCTL, 0), call(SHUTDOWN, 2),
                                call(CLOSE_ALL)]),
    "connect-out": ("CLOSED", [call(OPEN, 1, 0, 0), NEXT_TIMER, call(UNPARK), call(CONNECT, 1), call(CONNECT, 0)]),
    "knobs": ("ESTABLISHED", [step("KNOB", 0, n) for n in range(12)] + [DATA, BIG_WRITE, FAIR]),
}


# Stories that need a world of their own: start, steps, bits, and what else the header says.
ALL = TS | SACK | WSCALE
MSS_OF_1 = 4
HOLE_AND_FILL = [segment(seq=MSS_AHEAD, len=LEN["mss"]), segment(len=LEN["mss"]), call(READ, 7)]
FULL = [call(WRITE, 7)] * 4
SPECIAL = {
    "islands-far-apart": ("ESTABLISHED", [DATA, call(READ, 7), segment(seq=TWO_MSS_AHEAD, len=LEN["1460"]),
                                          segment(seq_off=FAR_ISLAND, len=LEN["3000"]), segment(len=LEN["3000"]),
                                          call(READ, 7), call(READ, 7), FAIR], ALL, {"rcvbuf": LARGE_BUFFER}),
    "one-segment-joins-two-islands": ("ESTABLISHED", [segment(seq=TWO_MSS_AHEAD, len=LEN["one"]),
                                                      segment(seq=TWO_MSS_AHEAD, seq_off=TWO_ON, len=LEN["one"]),
                                                      segment(seq=MSS_AHEAD, len=LEN["3000"]), segment(len=LEN["mss"]),
                                                      call(READ, 7), call(READ, 7)], ALL, {}),
    "sack-across-the-wrap": ("IN_FLIGHT", [segment(ack=UNA, opts=8, raw=200), NEXT_TIMER, FAIR], ALL | WRAP,
                             {"before": 100}),
    "sack-begins-below": ("IN_FLIGHT", [segment(ack=UNA, opts=6, raw=255), NEXT_TIMER, FAIR], ALL, {}),
    "sack-taken-back": ("IN_FLIGHT", [segment(ack=UNA, opts=4), segment(ack=UNA_AND_MSS), NEXT_TIMER, NEXT_TIMER,
                                      NEXT_TIMER, NEXT_TIMER, FAIR], ALL, {}),
    "stamps-pass-zero": ("ESTABLISHED", [DATA, SECOND, SECOND, DATA, BIG_WRITE, FAIR], ALL,
                         {"clock": CLOCK_BEFORE_WRAP}),
    "stamps-beyond-half": ("ESTABLISHED", [DATA, SECOND, DATA, BIG_WRITE, FAIR], ALL, {"clock": CLOCK_AT_HALF}),
    "stamps-beyond-half-active": ("ESTABLISHED_ACTIVE", [DATA, SECOND, DATA, FAIR], ALL, {"clock": CLOCK_AT_HALF}),
    "mss-of-zero": ("LISTEN", [segment("syn", opts=10), segment(), call(ACCEPT, actor=2), BIG_WRITE, FAIR], 0, {}),
    "mss-of-one": ("ESTABLISHED", [BIG_WRITE, FAIR], ALL, {"mss": MSS_OF_1}),
    "syn-with-fin": ("LISTEN", [segment("synfin"), segment(), DATA], ALL, {}),
    "window-taken-back": ("ESTABLISHED", [*FULL, segment(ack=UNA_AND_MSS, win=WIN["one"]), NEXT_TIMER,
                                          segment(ack=UNA_AND_MSS, win=WIN["zero"]), FAIR], ALL, {}),
    "many-holes": ("ESTABLISHED", HOLE_AND_FILL * 14 + [segment(seq_off=PAST_EDGE), FAIR], ALL, {}),
    "no-room-left": ("ESTABLISHED", [call(WRITE, 7)] * 73 + [segment(ack=UNA, len=LEN["window"])] * 35 + [FAIR],
                     ALL, {"rcvbuf": LARGE_BUFFER, "sndbuf": LARGE_BUFFER}),
    "window-closes-and-opens": ("ESTABLISHED", [segment(len=LEN["window"])] * 8 + [call(READ, 7)] * 6 + [FAIR], 0,
                                {"rcvbuf": SMALL_BUFFER}),
    "backoff-forgotten": ("IN_FLIGHT", [NEXT_TIMER] * 4 + [segment(), call(WRITE, 7), segment(), call(WRITE, 7),
                                                           segment(), FAIR], ALL, {}),
    "text-is-no-duplicate": ("IN_FLIGHT", [segment(ack=UNA, len=LEN["one"])] * 4 + [FAIR], 0, {}),
    "partial-acks": ("RECOVERY", [segment(ack=UNA_AND_MSS), segment(ack=UNA_AND_MSS), segment(ack=UNA_AND_MSS), FAIR],
                     0, {}),
    "acks-in-crumbs": ("ESTABLISHED", [*FULL, *[segment(ack=UNA, ack_off=ONE_ON)] * 12, FAIR], 0, {}),
    "probes-for-life": ("ESTABLISHED", [call(SETOPT, 3, 0), call(SETOPT, 4, 5), call(SETOPT, 5, 5), MINUTE, segment(),
                                        MINUTE, segment(), MINUTE, DATA], ALL, {}),
}


def files():
    made = {}
    for start in STARTS:
        for name, bits in (("rfc", TS | SACK | WSCALE), ("linux6", LINUX | IPV6 | TS | SACK | WSCALE), ("plain", 0)):
            made[f"start-{start.lower()}-{name}"] = program(start, [DATA, NEXT_TIMER, BIG_WRITE, FAIR, call(CLOSE)],
                                                            bits)
    for number, (name, (start, steps)) in enumerate(STORIES.items()):
        made[f"{name}-rfc"] = program(start, steps, TS | SACK | WSCALE | (WRAP if number % 2 else 0),
                                      irs=(2 + number % 2, 5))
        made[f"{name}-linux"] = program(start, steps,
                                        LINUX | (TS | SACK | WSCALE) * (number % 3 != 0) | IPV6 * (number % 2))
    for name, (start, steps, bits, more) in SPECIAL.items():
        made[f"{name}-rfc"] = program(start, steps, bits, **more)
        made[f"{name}-linux"] = program(start, steps, bits | LINUX, **more)
    made["blocking"] = program("ESTABLISHED", [call(READ, 7), DATA, call(WRITE, 7), call(WRITE, 7), FAIR, call(UNPARK)],
                               BLOCKING)
    made["empty"] = b""
    return made
