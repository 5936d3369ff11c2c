"""Seeds of fuzz_seg for what hardly any program comes to by chance: handing on, many peers, copies and stamps, what
algorithms tell of themselves, marks in odd places."""

import pair_seeds
import seg_seeds
from later_seeds import ALGORITHMS as PAIR_ALGORITHMS
from later_seeds import (ACCECN0, ACCECN1, AE, ALGORITHM, ALL, ASK, BLOCKS, CE, CWR, ECE, ECN, ECT0, ERRORS, FAST_OPEN,
                         FASTOPEN, FEWER, GIVEN, LOSS, ON, OPEN_FAST, OPTION, PLAIN, ROUNDS, ROWS, SAVE_SYN, SEND,
                         STAMPING, STRANGE,
                         VALUE_5, ZEROCOPY, later, rare, with_settings)
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, DAYS, FAIR, IPV6, LEN, LINUX, MINUTE, NEXT_TIMER, READ,
                    SACK, SECOND,
                       SHUTDOWN, TS, UNA, UNA_AND_MSS, WRITE, call, segment, step)

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

PEEK_OFF, SPECIAL = 13, 3
URGENT = [segment("push", mods=0x10, len=LEN["1000"], raw=n) for n in (1, 200, 0)] + [call(READ, 1, 0, 4), call(
    READ, 1, 0, 5), call(READ, 4, 0), call(READ, 1, 0, 4), call(READ, 7)]
PEEKS = [call(READ, 4, 0, 3), call(READ, 1, 0, 3), call(READ, 7, 0, 3)]
FAST_LISTENER = [rare(OPTION, FASTOPEN, VALUE_5, actor=2)]
GET_COOKIE = [later("syn", opts=FAST_OPEN), segment("rst")]


WITH_COOKIE = [rare(OPEN_FAST, 1), later("synack", opts=FAST_OPEN + STRANGE, raw=2), call(CLOSE), segment("rst"),
               rare(OPEN_FAST, 1)]


def TAKE(actor):
    return [later("syn", actor=actor, opts=FAST_OPEN + GIVEN, len=LEN["1000"], raw=actor)]


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
    **{f"asks-again-{knob}-{value}": ("SYN_SENT", [*[NEXT_TIMER] * 3, later("synack", ecn=2, opts=PLAIN), *TALKS],
                                      [("tcp_ecn", value), (knob, "0")])
       for knob in ("tcp_ecn_fallback", "tcp_ecn_option") for value in ("1", "3")},
    **{f"answers-again-{bits}": ("LISTEN", [later("syn", ecn=bits, opts=PLAIN), *[NEXT_TIMER] * 3, later("syn",
                        ecn=bits), later(
        ecn=bits, opts=ACCECN0, raw=255), *TALKS], [("tcp_ecn", "3"), ("tcp_ecn_fallback", "0")]) for bits in (7,
                            3, 0x1f)},
    "zero-counters": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later(opts=ACCECN0, raw=255), call(ACCEPT,
                        actor=2), *TALKS],
                      [("tcp_ecn", "3"), ("tcp_ecn_option", "1")]),
    "zero-counters-active": ("SYN_SENT", [later("synack", ecn=2, opts=ACCECN1, raw=255), later(opts=ACCECN0,
                        raw=255), *TALKS],
                             [("tcp_ecn", "3")]),
    "zero-last-counter": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later(opts=FEWER, raw=254), *TALKS],
                        [("tcp_ecn", "3")]),
    "low-water": ("ESTABLISHED", [call(SETOPT, 16, 1), *[BIG_WRITE] * 5, call(14), FAIR, call(WRITE, 8),
                        call(SETOPT, 11, 1),
                                  call(SETOPT, 11, 0), call(SETOPT, 11, 1), DATA, call(SETOPT, 11, 1)], []),
    "low-water-by-host": ("ESTABLISHED", [*[BIG_WRITE] * 5, call(14), FAIR], [("tcp_notsent_lowat", "1")]),
    "shut-while-opening": ("SYN_SENT", [call(SHUTDOWN, 1), call(SHUTDOWN, 0), call(14), call(SHUTDOWN, 2),
                        segment("synack")], []),
    "shut-when-over": ("ESTABLISHED", [segment("rst"), call(SHUTDOWN, 0), call(SHUTDOWN, 1), call(SETOPT, 11, 1),
                        DATA], []),
    "copies-lost": ("ESTABLISHED", [rare(OPTION, ZEROCOPY, ON), COPY, COPY, segment("rst"), rare(ERRORS)], []),
    "stamps-alone": ("ESTABLISHED", [rare(OPTION, STAMPING, 18), call(WRITE, 1), BIG_WRITE, FAIR,
                        *[rare(ERRORS)] * 3], []),
    "told-of-errors": ("SYN_SENT", [rare(OPTION, 22, ON), step("ICMP", 0, 1, UNA), rare(ERRORS), step("ICMP", 0, 4,
                        UNA),
                                    rare(ERRORS)], []),
    "slow-then-limited": ("IN_FLIGHT", [SECOND, SECOND, SECOND, segment(), rare(OPTION, 6, 6), BIG_WRITE,
                        NEXT_TIMER, FAIR,
                                        rare(OPTION, 7, 8), BIG_WRITE, FAIR, rare(OPTION, 7, 9), BIG_WRITE,
                                        NEXT_TIMER], []),
    **{f"patient-{start.lower()}": (start, [call(SETOPT, 7, 13), BIG_WRITE, *[DAYS] * 6], []) for start in (
        "ESTABLISHED", "ZERO_WINDOW", "IN_FLIGHT", "CLOSE_WAIT", "RECOVERY")},
    "patient-alive": ("ESTABLISHED", [call(SETOPT, 7, 13), call(SETOPT, 3, 0), call(SETOPT, 4, 0), call(SETOPT, 5,
                        0), *[DAYS] * 3], []),
    "measures": ("ESTABLISHED", [DATA, DATA, call(READ, 7, 0, 7), call(READ, 1, 0, 7)], []),
    **{f"crossing-with-text-{name}": ("CLOSED", [*WITH_COOKIE, later("syn"), *steps, NEXT_TIMER, later(), DATA,
                        FAIR, call(
        CLOSE), FAIR, segment("fin")], [("tcp_fastopen", "3")]) for name, steps in (
            ("close", [call(CLOSE)]), ("shut", [call(SHUTDOWN, 1), call(14), call(CLOSE)]), ("icmp", [step("ICMP",
            0, 3, UNA)]),
            ("abort", [segment("rst")]), ("shut-first", [call(SHUTDOWN, 1), call(14)]))},
    "shut-with-text": ("CLOSED", [*WITH_COOKIE, call(SHUTDOWN, 1), *WITH_COOKIE, call(CLOSE)], [("tcp_fastopen", "3")]),
    "hears-then-lost": ("CLOSED", [rare(OPEN_FAST, 1), later("synack", opts=FAST_OPEN + STRANGE, raw=2), DATA,
                        BIG_WRITE,
                                   *[NEXT_TIMER] * 5], [("tcp_fastopen", "3"),
                                   ("tcp_fastopen_blackhole_timeout_sec", "5")]),
    **{f"spoiled-{value}-{pause}": ("LISTEN", [rare(OPTION, FASTOPEN, value, actor=2), *GET_COOKIE, *[
        one for turn in range(10) for one in (*TAKE(5 + turn % 2), call(ACCEPT), segment("rst", actor=5 + turn % 2),
                                              step("TIME", 0, pause))],
        MINUTE, *TAKE(5), MINUTE, *TAKE(6), *TAKE(0)], [("tcp_fastopen", "3")]) for value in (0, 2,
                            5) for pause in (4, 9, 20)},
    **{f"spoiled-at-once-{value}": ("LISTEN", [rare(OPTION, FASTOPEN, value, actor=2), *GET_COOKIE, *TAKE(5),
                        *TAKE(6), call(
        ACCEPT), call(ACCEPT), segment("rst", actor=5), segment("rst", actor=6), *TAKE(5), MINUTE, *TAKE(6),
                            call(ACCEPT), segment(
            "rst", actor=6), *TAKE(5), *TAKE(0)], [("tcp_fastopen", "3")]) for value in (0, 2)},
    "peeks-on": ("ESTABLISHED", [rare(OPTION, PEEK_OFF, 1), DATA, *[call(READ, 0, 0, 3)] * 3, segment("push", mods=0x10,
                                 len=LEN["one"], raw=1), *[call(READ, 1, 0, 3)] * 3, call(SETOPT, 12, 0), *[call(
                                     READ, 0, 0, 3)] * 2, call(READ, 0, 0, 4), rare(OPTION, PEEK_OFF, 1),
                                     call(READ, 0, 0, 3)], []),
    "peeks-at-urgent": ("ESTABLISHED", [rare(OPTION, PEEK_OFF, 1), segment("push", len=LEN["one"]), call(READ, 0,
                        0, 3), segment(
        "push", mods=0x10, len=LEN["1000"], raw=1), *[call(READ, 0, 0, 3)] * 3, call(READ, 7), call(READ, 0, 0,
                            4)], []),
    "syn-again-passive": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later("syn", seq=3, ecn=0x1f),
                        later(opts=BLOCKS), *[
        later("syn", seq=3, ecn=bits) for bits in (0x1f, 0, 0x18, 7)], segment(opts=12), later(opts=7), segment(
            "push", opts=12, len=LEN["1000"]), BIG_WRITE, segment(opts=12)], [("tcp_ecn", "3")]),
    "syn-again-active": ("SYN_SENT", [later("synack", ecn=2, opts=PLAIN), *[later("synack", seq=3,
                        ecn=bits) for bits in (
        0x1a, 0, 0x18, 7, 2)], *[later(opts=7, ecn=bits) for bits in (0, 2, 4)], segment(opts=12), BIG_WRITE,
                            later(opts=7)],
        [("tcp_ecn", "3")]),
    "fast-child-counts": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, later("syn", actor=5, ecn=7,
                        opts=FAST_OPEN + GIVEN, raw=5,
                                     len=LEN["1000"]), later(actor=5, opts=ACCECN0), later("syn", actor=5, seq=3,
                                     ecn=7)],
                          [("tcp_fastopen", "3"), ("tcp_ecn", "3")]),
    "no-beacon": ("LISTEN", [step("KNOB", 0, ROWS[("tcp_ecn_option_beacon", "0")], 0x80), later("syn", ecn=7,
                        opts=PLAIN), later(
        opts=ACCECN0), call(ACCEPT, actor=2), *TALKS], [("tcp_ecn", "3"), ("tcp_ecn_option", "1")]),
    "stamp-cookie": ("LISTEN", [segment("syn", opts=16), segment(opts=18), call(ACCEPT, actor=2), DATA],
                        [("tcp_syncookies", "2")]),
    **{f"tells-marks-{number}": ("LISTEN", [later("syn", ecn=3, opts=PLAIN), later(), call(ACCEPT, actor=2), rare(
        ALGORITHM, number), *ASKED, *ROUNDS, later(ecn=ECE), *ASKED], [ECN[0]]) for number in (2, 3)},
    "nothing-ends": ("ESTABLISHED", [rare(SEND, 1, 0, 1), rare(SEND, 8, 0, 1), *[rare(SEND, 8, 0, n) for n in (0,
                        2)], *[call(
        WRITE, 8, 0, n) for n in (4, 6)], segment(win=4), *[rare(SEND, 1, 0, 1)] * 2, rare(SEND, 8, 0, 1), FAIR], []),
    **{f"without-ack-{start.lower()}": (start, [step("SEG", 0, 0x80 | flags, 0, anchor, distance) for flags in (8, 0)
                                                for anchor in (0, 5) for distance in (14, 15, 16, 9, 4)], [])
       for start in ("SYN_RECEIVED", "SIMULTANEOUS", "ESTABLISHED")},
    "orphans": ("LISTEN", [*OPEN, segment("syn", actor=5), segment(actor=5), segment("syn", actor=6), segment(actor=6),
                           call(9), call(9), BIG_WRITE, *[close_fd(fd) for fd in range(1, 5)], NEXT_TIMER],
                [("tcp_max_orphans", "0")]),
    "lingers-not": ("ESTABLISHED", [call(SETOPT, 14, 4), call(CLOSE), segment(), NEXT_TIMER], []),
    "inline": ("ESTABLISHED", [call(SETOPT, 12, 0), *URGENT], []),
    "peeks": ("ESTABLISHED", [rare(OPTION, PEEK_OFF, 1), DATA, *PEEKS, *URGENT, *PEEKS, call(READ, 4, 0), *PEEKS,
                              rare(OPTION, PEEK_OFF, 13), *PEEKS], []),
    "peeks-inline": ("ESTABLISHED", [call(SETOPT, 12, 0), rare(OPTION, PEEK_OFF, 1), DATA, *URGENT, *PEEKS], []),
    "crossing-text": ("CLOSED", [rare(OPEN_FAST, 1), later("syn"), call(CLOSE), NEXT_TIMER, later(), FAIR], []),
    "crossing-text-read": ("CLOSED", [rare(OPEN_FAST, 1), later("syn"), call(SHUTDOWN, 1), call(14), DATA, later(),
                                      call(CLOSE), FAIR], []),
    "text-taken-back": ("CLOSED", [rare(OPEN_FAST, 1), call(SHUTDOWN, 1), rare(OPEN_FAST, 1), call(CLOSE)], []),
    "no-cookie-asked": ("CLOSED", [wide(SPECIAL, 0, 0, 1), later("synack"), FAIR, call(CLOSE), NEXT_TIMER,
                                   wide(SPECIAL, 0, 1, 7), later("synack", ack=6), FAIR], []),
    **{f"cookies-{n}": ("LISTEN", [wide(SPECIAL, 1 + 2 * n, 9), *FAST_LISTENER, *GET_COOKIE, wide(SPECIAL, 3, 10),
                                   *TAKE(5), call(ACCEPT), call(WRITE, 1), *[NEXT_TIMER] * 3, *TAKE(6), segment(
                                       "rst", actor=6, seq=0), *TAKE(6), MINUTE, MINUTE, *TAKE(6), *TAKE(0),
                                   step("KNOB", 0, 115, 0x80), *TAKE(5)], [("tcp_fastopen", "3")]) for n in (0, 1)},
    "accepted-then-reset": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, *TAKE(5), call(ACCEPT), step("ICMP", 5, 1, UNA),
                                       step("ICMP", 5, 3, UNA), *TAKE(6), step("ICMP", 6, 3, UNA), segment("rst",
                                       actor=5),
                                       segment("rst", actor=6)], [("tcp_fastopen", "3")]),
    "patient-listener": ("LISTEN", [call(SETOPT, 17, 2, actor=2), *FAST_LISTENER, *GET_COOKIE, *TAKE(5),
                                    *[NEXT_TIMER] * 5], [("tcp_fastopen", "3")]),
    "child-writes": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, segment("rst", seq_off=3), *TAKE(0), call(ACCEPT,
                        actor=2), BIG_WRITE,
                                NEXT_TIMER, NEXT_TIMER, later(), FAIR, call(CLOSE)], [("tcp_fastopen", "3")]),
    "backup-key": ("LISTEN", [step("KNOB", 0, 16, 0x80), *FAST_LISTENER, *GET_COOKIE, step("KNOB", 0, 115 + 1, 0x80),
                              *TAKE(5), *TAKE(6)], [("tcp_fastopen", "3"), ("tcp_fastopen_key",
                              "00000000-11111111-22222222-33333333")]),
    **{f"hole-{row}": ("CLOSED", [rare(OPEN_FAST, 1), later("synack", opts=FAST_OPEN + STRANGE, raw=2), call(CLOSE),
                                  segment("rst"), rare(OPEN_FAST, 1), later("synack"), segment(
                                      "fin", seq_off=7), segment("rst", seq_off=0), rare(OPEN_FAST, 1), NEXT_TIMER,
                                  NEXT_TIMER, NEXT_TIMER, later("synack"), FAIR, rare(OPEN_FAST, 1), MINUTE,
                                  rare(OPEN_FAST, 1), later("synack", ack=6), *[NEXT_TIMER] * 9],
                       [("tcp_fastopen", "3"), ("tcp_fastopen_blackhole_timeout_sec", "5")]) for row in (1,)},
    "no-mss": ("CLOSED", [rare(OPEN_FAST, 1), segment("synack", opts=10, raw=0), FAIR], []),
    **{f"saved-cookie-{knob}": ("LISTEN", [later("syn", opts=PLAIN, ecn=ecn), *([step("KNOB", 0,
                        knob)] if knob < 12 else
                                [step("KNOB", 0, knob - 12, 0x80)] if knob < 100 else []), segment(opts=18, mods=mods),
                                call(ACCEPT, actor=2), BIG_WRITE, FAIR], [("tcp_syncookies", "2"), ("tcp_ecn", "3")])
       for knob, ecn, mods in ((0, 0, 0), (1, 0, 0), (2, 0, 0), (100, 7, 0x20), (101, 7, 0), (102, 3, 0x20), (103,
                           0, 0x20))},
    "no-mss-cookie": ("LISTEN", [segment("syn", opts=10), segment(), call(ACCEPT, actor=2), BIG_WRITE, FAIR],
                      [("tcp_syncookies", "2")]),
    "after-the-end": ("TIME_WAIT", [step("SEG", 0, 0x88, 0, 0, 0, 0, 0, 0, 13), step("SEG", 0, 0x81), step("SEG",
                        0, 0x80)],
                      []),
    **{f"narrow-route-{value}": ("LISTEN", [call(SETOPT, 10, value, actor=2), *OPEN, DATA, BIG_WRITE, FAIR],
                                 [("refstack.route.advmss", "500")]) for value in (6, 7, 8, 9)},
    "closed-for-long": ("ZERO_WINDOW", [s for _ in range(18) for s in (NEXT_TIMER, segment(win=4))] + [FAIR], []),
    "closed-for-good": ("ZERO_WINDOW", [NEXT_TIMER] * 22, []),
    "delays": ("ESTABLISHED", [rare(OPTION, 8, 7), DATA, SECOND, DATA, DATA, call(READ, 7), call(CLOSE)], []),
    "mtu-probed": ("ESTABLISHED", [*ROUNDS, *ROUNDS, BIG_WRITE, BIG_WRITE, *LOSS[1:], NEXT_TIMER, FAIR, MINUTE, *ROUNDS,
                                   BIG_WRITE, step("ICMP", 0, 4, UNA, 0, 0, 3), FAIR, *ROUNDS, BIG_WRITE, NEXT_TIMER,
                                   FAIR], [("tcp_mtu_probing", "2"), ("tcp_probe_interval", "1")]),
    "mtu-probed-lost": ("ESTABLISHED", [*ROUNDS, BIG_WRITE, BIG_WRITE, later(ack=UNA, opts=BLOCKS), later(
        ack=UNA, opts=BLOCKS), later(ack=UNA, opts=BLOCKS), FAIR, *ROUNDS, BIG_WRITE, NEXT_TIMER, NEXT_TIMER, FAIR],
        [("tcp_mtu_probing", "2"), ("tcp_base_mss", "512")]),
    "hops": ("ESTABLISHED", [rare(OPTION, TTL, 5), BIG_WRITE, rare(OPTION, TTL, 13), BIG_WRITE, call(CLOSE)], []),
    "no-device": ("ESTABLISHED", [MUTE, BIG_WRITE, DATA, NEXT_TIMER, NEXT_TIMER, FAIR,
                                  MUTE, BIG_WRITE, segment(win=4), NEXT_TIMER, DATA, call(CLOSE),
                                  NEXT_TIMER, FAIR], []),
    "no-device-in-flight": ("IN_FLIGHT", [MUTE, NEXT_TIMER, NEXT_TIMER, segment(), segment(), segment(),
                                          NEXT_TIMER, FAIR], []),
    "no-device-no-window": ("ZERO_WINDOW", [MUTE, NEXT_TIMER, NEXT_TIMER, NEXT_TIMER, FAIR], []),
    "mute-opening": ("SYN_SENT", [MUTE, NEXT_TIMER, NEXT_TIMER, NEXT_TIMER, FAIR], []),
}


# A host without memory: its blocks are full of what nobody takes.
SNDBUF, MOST = 9, 13   # of SETOPT
FULL = [call(SETOPT, SNDBUF, MOST)] + [BIG_WRITE] * 92 + [segment("push", win=4, len=LEN["3000"])] * 6
FIRST_FULL = [rare(OPTION, SAVE_SYN, ON, actor=2), rare(OPTION, ZEROCOPY, ON), rare(OPTION, STAMPING, STATS), *FULL]
AUTH_ADD = step("AUTH", 0, 0, 0)
MEMORYLESS = {   # name: (start, steps, settings)
    "accurate": ("ZERO_WINDOW", [*FIRST_FULL, later("syn", actor=5, ecn=7, opts=PLAIN), later(actor=5), COPY,
                        *[call(WRITE, 1)] * 4,
                                 segment(), step("CALL", 0, 10, 1, 0, 1), segment(ack=UNA_AND_MSS), FAIR],
                                 [("tcp_ecn", "3")]),
    "keys": ("ZERO_WINDOW", [*FULL, AUTH_ADD, step("AUTH", 0, 2, 16), step("AUTH", 0, 4), step("AUTH", 2, 0, 0),
                        rare(6),
                             segment("syn", actor=5)], []),
    "keyed": ("ZERO_WINDOW", [step("AUTH", 2, 0, 0), step("AUTH", 2, 0, 1), *FULL, step("AUTH", 0, 5, 3), segment(
        "syn", actor=5), segment("syn", actor=6), step("AUTH", 0, 1, 0), step("AUTH", 2, 1, 0), step("AUTH", 0, 0,
                            2)], []),
    "shared-keys": ("ZERO_WINDOW", [step("AUTH", 2, 4, 0), step("AUTH", 2, 4, 0, 3), step("AUTH", 0, 5, 1), segment(
        "syn", actor=5), segment(actor=5), call(9), step("AUTH", 0, 5, 0), *FULL, step("AUTH", 3, 4, 1, 3, 0, 0, 0,
                            0, 0, 0, 2),
        step("AUTH", 3, 4, 0, 7, 0, 0, 0, 0, 0, 0, 2)], []),
    "fast-open": ("ZERO_WINDOW", [*FULL, rare(OPEN_FAST, 7), later("synack", actor=0), rare(OPEN_FAST, 1), later(
        "syn", actor=6, opts=FAST_OPEN + GIVEN, len=LEN["1000"])], [("tcp_fastopen", "1543")]),
    "stamps": ("ZERO_WINDOW", [rare(OPTION, STAMPING, STATS), call(WRITE, 1), segment(), *FULL, segment(),
                        call(WRITE, 1),
                               FAIR, rare(ERRORS)], []),
}


def more_pairs():
    """{name: bytes} of fuzz_pair: users that pause, so that what was measured gets old."""
    made = {}
    pause = pair_seeds.step("TIME", 0, 9)
    for name, number in PAIR_ALGORITHMS.items():
        for rate, place in (("slow", 3), ("slowest", 5), ("free", 0)):
            head = bytearray(pair_seeds.header((1, 1), ((6, pair_seeds.BY_PROGRAM), (1, 0)), rate=place, delay=5))
            for side in range(2):
                head[pair_seeds.HOST + 3 * side + 2] = number
            steps = []
            for turn in range(24):
                steps += [pair_seeds.step("USER", 0, pair_seeds.WRITE, 8 if turn % 3 else 7), pause]
                steps += [pair_seeds.step("BURST", turn % 2, pair_seeds.HOLD, 0, 3 + turn % 3,
                15)] if turn % 4 == 1 else []
                steps += [pair_seeds.step("FATE", 0, pair_seeds.LOSE, turn % 5)] if turn % 6 == 5 else []
            made[f"pauses-{name}-{rate}"] = bytes(head) + b"".join(steps)
    busy = [pair_seeds.step("USER", 0, pair_seeds.WRITE, 7), pair_seeds.step("TIME", 0, 7)] * 45
    for name, number in PAIR_ALGORITHMS.items():
        for preset in range(2):
            head = bytearray(pair_seeds.header((preset, preset), ((6, pair_seeds.BY_PROGRAM), (1, 0)), rate=0, delay=6))
            for side in range(2):
                head[pair_seeds.HOST + 3 * side + 2] = number
            made[f"busy-{name}-{preset}"] = bytes(head) + b"".join(busy)
            lossy = [pair_seeds.step("FATE", 0, pair_seeds.LOSE, n % 3) if n % 9 == 4 else one for n,
            one in enumerate(busy)]
            made[f"lossy-{name}-{preset}"] = bytes(head) + b"".join(lossy)
    return made


def files():
    """{name: bytes}"""
    made = {}
    for name, (start, steps, settings) in MEMORYLESS.items():
        for preset, bits in (("rfc", 0), ("linux", LINUX)):
            program = seg_seeds.program(start, steps, bits | ALL, sndbuf=7, rcvbuf=7)
            made[f"memory-{name}-{preset}"] = with_settings(program, *settings)
    for preset, bits in (("rfc", 0), ("linux", LINUX)):
        for knob in ("tcp_shrink_window", "tcp_workaround_signed_windows"):
            for size in (2, 4, 5, 7):
                for more in (TS | SACK, ALL):
                    steps = [*[segment("push", len=LEN["3000"])] * 12, call(READ, 1), segment("push",
                    len=LEN["3000"]), call(
                        READ, 7), DATA, call(READ, 7), SECOND, DATA]
                    program = seg_seeds.program("ESTABLISHED", steps, bits | more, rcvbuf=size)
                    made[f"gap-{knob}-{size}-{more}-{preset}"] = with_settings(program, (knob, "1"))
    for name, (start, steps, settings) in STORIES.items():
        for preset, bits in (("rfc", 0), ("linux", LINUX), ("linux6", LINUX | IPV6)):
            made[f"gap-{name}-{preset}"] = with_settings(seg_seeds.program(start, steps, bits | ALL), *settings)
    return made
