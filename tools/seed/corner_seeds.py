"""Seeds of fuzz_seg for corners that a look at the sources finds sooner than chance: what a host does without memory,
probes of the path's MTU, options of a peer that contradict each other, the last turns of Fast Open."""

import seg_seeds
from auth_seeds import ADD, CONNECT, CHOOSE, MD5, NEW, OTHERS, REQUIRED, auth
from gap_seeds import (COPY, FAST_LISTENER, FULL, GET_COOKIE, MUTE, SPECIAL, TAKE, TELLS, WITH_COOKIE, wide)
from later_seeds import (ACCECN0, ALGORITHM, ALL_STAMPS, ASK, BLOCKS, CE, CWR, DISCOVER, ECT0, ERRORS,
                         FAST_OPEN, FASTOPEN, GIVEN, MARKED, ON, OPEN_FAST, OPTION, PACING, PLAIN, RECVERR, ROWS,
                         STAMPING, ZEROCOPY, later, rare, with_settings)
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, DAYS, FAIR, IOCTL, IPV6, LARGE_BUFFER, LEN, LINUX, MINUTE,
                       MSS_AHEAD, MSS_ON, NEXT_TIMER, ONE_ON, POLL, READ, SACK, SECOND, SETOPT, SHUTDOWN, TS,
                       TWO_MSS_AHEAD, UNA, UNA_AND_MSS, WIN, WRITE, WSCALE, call, segment, step)

ALL = TS | SACK | WSCALE
OFF = 1   # the value 0 of rare options and of SETOPT
HALF_MSS, MSS_BACK = 24, 8   # distances
SNDBUF, RCVBUF, MAXSEG, HUGE = 9, 8, 10, 13
MSS_536, MSS_48, MSS_256 = 2, 5, 15   # of the header
MORE, EOR = 4, 6   # flags of writes
BBR, CUBIC = 3, 1   # of ALGORITHM
OPEN = [segment("syn"), segment(), call(ACCEPT, actor=2)]
ECT1 = 8


def knob(name, value):
    return step("KNOB", 0, ROWS[(name, value)], 0x80)


def pause(class_, raw=0):
    return step("TIME", 0, class_, raw)


def flood(writes):
    return [BIG_WRITE] * writes + [FAIR]


WITHOUT_SACK = step("KNOB", 0, 1)
# A peer that counts marks (RFC 9768).
COUNTING = [later("syn", ecn=7, opts=PLAIN), later(ecn=CWR, opts=PLAIN), call(ACCEPT, actor=2)]
COUNTING_MORE = [later("syn", ecn=7, opts=PLAIN), later(ecn=CWR, opts=ACCECN0), call(ACCEPT, actor=2)]
ACCURATE = ("tcp_ecn", "3")
MARKING = {
    "late-zero-counter": ("LISTEN", [*COUNTING, BIG_WRITE, later(opts=ACCECN0, raw=255), BIG_WRITE, later(
        opts=ACCECN0, raw=1), FAIR], [ACCURATE]),
    **{f"counts-at-once-{raw}": ("LISTEN", [*COUNTING_MORE, *[BIG_WRITE] * 4, later(opts=ACCECN0, raw=raw, ecn=CWR),
                                            *[BIG_WRITE] * 4, later(opts=ACCECN0, raw=raw, ecn=CWR), FAIR], [ACCURATE])
       for raw in (0, 1, 250)},
    "syn-ack-for-a-listener": ("LISTEN", [*COUNTING, later("synack", seq=3, ecn=CE), DATA], [ACCURATE]),
    "marks-differ": ("LISTEN", [later("syn", ecn=3, opts=PLAIN), later("syn", seq=3, ecn=7, opts=PLAIN),
                               later()], [ACCURATE]),
    "marks-differ-back": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later("syn", seq=3, ecn=3, opts=PLAIN),
                                    later()],
                          [ACCURATE]),
    "no-room-for-counters": ("LISTEN", [later("syn", ecn=7, opts=PLAIN), later(ecn=CWR), call(ACCEPT, actor=2), DATA],
                             [ACCURATE, ("peer.signs", "md5")]),
    "no-room-beside-stamps": ("LISTEN", [WITHOUT_SACK, later("syn", ecn=7, opts=PLAIN), later(ecn=CWR), call(
        ACCEPT, actor=2), DATA], [ACCURATE, ("peer.signs", "md5")]),
    "other-code-point": ("LISTEN", [*COUNTING, later("push", ecn=ECT1, len=LEN["1000"]), BIG_WRITE, FAIR], [ACCURATE]),
    "child-hears-again": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, later("syn", actor=5, ecn=7, opts=FAST_OPEN + GIVEN,
                                                                        raw=5, len=LEN["1000"]),
                                     later("syn", actor=5, seq=3, ecn=7), later("syn", actor=5, seq=3, ecn=3)],
                          [("tcp_fastopen", "3"), ACCURATE]),
    "route-asks": ("LISTEN", [later("syn", ecn=3), later(), call(ACCEPT, actor=2), *MARKED],
                   [("tcp_ecn", "0"), ("refstack.route.ecn", "1")]),
    "each-mark": ("LISTEN", [later("syn", ecn=3), later(), call(ACCEPT, actor=2), DATA, later(
        "push", ecn=CE, len=LEN["1000"]), DATA, later(
            "push", ecn=ECT0, len=LEN["1000"]), FAIR], [("tcp_congestion_control", "dctcp")]),
}

PACED = [*[BIG_WRITE] * 6, pause(5), segment(), pause(5), segment()]
CONTROL = {
    **{f"bbr-capped-{value}": ("ESTABLISHED", [rare(OPTION, PACING, value), *PACED, *flood(4), SECOND, *PACED],
                               [("tcp_congestion_control", "bbr")]) for value in (0, 6, 8)},
    **{f"bbr-capped-later-{value}": ("ESTABLISHED", [*flood(6), *PACED, *PACED, *PACED, rare(
        OPTION, PACING, value), *[BIG_WRITE] * 2, pause(5), segment(), *[BIG_WRITE] * 4, pause(5), segment(), pause(5),
        segment(), *flood(2)],
        [("tcp_congestion_control", "bbr")]) for value in (0, 6)},
    "bbr-old-and-delayed": ("ESTABLISHED", [*flood(4), *[one for _ in range(9) for one in (
        BIG_WRITE, BIG_WRITE, pause(8), segment(ack=UNA_AND_MSS), pause(9), call(WRITE, 1), segment())],
        MINUTE, call(WRITE, 1), segment(), call(WRITE, 1), pause(7), segment()], [("tcp_congestion_control", "bbr")]),
    **{f"bbr-{name}": ("ESTABLISHED", [*[call(WRITE, 7)] * 40, pause(5), segment(), pause(21, 20), segment(),
                                       *[pause(21, 40), segment()] * 10, *steps], [("tcp_congestion_control", "bbr")])
       for name, steps in (
           ("rests", [SECOND, call(WRITE, 7), pause(5), segment(), rare(ASK, TELLS), SECOND, BIG_WRITE, segment()]),
           ("waits-for-ever", [rare(OPTION, PACING, 0), *[call(WRITE, 7)] * 4, pause(5), segment(), call(WRITE, 7),
                               pause(5), segment(), call(WRITE, 7), segment(ack=UNA_AND_MSS), pause(5), segment()]),
           ("policed", [call(WRITE, 7), call(WRITE, 7), pause(5), later(ack=UNA, opts=BLOCKS + 16), NEXT_TIMER,
                        pause(5), segment()] * 9))},
    **{f"bbr-policed-{class_}": ("ESTABLISHED", [call(WRITE, 7), call(WRITE, 7), pause(class_), later(
        ack=UNA, opts=BLOCKS + 16), NEXT_TIMER, pause(class_), segment()] * 18, [("tcp_congestion_control", "bbr")])
       for class_ in (3, 5, 7)},
    "bbr-tells-active": ("SYN_SENT", [rare(ALGORITHM, BBR), rare(ASK, TELLS), later("synack", opts=PLAIN),
                                      rare(ASK, TELLS), BIG_WRITE, rare(ASK, TELLS), segment(), rare(ASK, TELLS)], []),
    "bbr-tells-nothing": ("CLOSED", [wide(SPECIAL, 4), rare(ALGORITHM, BBR), rare(ASK, TELLS)], []),
    "bbr-again": ("ESTABLISHED", [rare(ALGORITHM, BBR), *flood(3), rare(ALGORITHM, CUBIC), *flood(3), rare(
        ALGORITHM, BBR), *flood(3), SECOND, *flood(3)], []),
    "cubic-first-threshold": ("ESTABLISHED", [rare(ALGORITHM, CUBIC), *flood(4), *flood(8), *flood(12), *flood(16)],
                              [("module.tcp_cubic.parameters.hystart", "0"),
                               ("module.tcp_cubic.parameters.initial_ssthresh", "20")]),
    "cubic-lately": ("ESTABLISHED", [rare(ALGORITHM, CUBIC), *flood(4), *[BIG_WRITE] * 6, later(
        ack=UNA, opts=BLOCKS), FAIR, *flood(6), BIG_WRITE, DAYS, segment(), *flood(6)], []),
    "thin": ("ESTABLISHED", [call(WRITE, 1), *[NEXT_TIMER] * 10, FAIR], [("tcp_thin_linear_timeouts", "1")]),
    "floor-above-variance": ("ESTABLISHED", [rare(OPTION, 7, 10), call(WRITE, 1), segment(), BIG_WRITE, FAIR, rare(
        OPTION, 7, 14), BIG_WRITE, FAIR], []),
    "late-by-many": ("ESTABLISHED", [*[BIG_WRITE] * 4, later(ack=UNA, opts=BLOCKS + 16), later(ack=UNA, opts=BLOCKS),
                                     segment(), *flood(4)], [("tcp_max_reordering", "4")]),
    "duplicate-beyond-window": ("LISTEN", [segment("syn", win=WIN["one"], opts=9), segment(win=WIN["one"]), call(
        ACCEPT, actor=2), BIG_WRITE, NEXT_TIMER, NEXT_TIMER, later(win=WIN["one"], opts=BLOCKS + 64), NEXT_TIMER, later(
            win=WIN["one"], opts=BLOCKS + 64)], []),
    **{f"challenges-{value}": ("ESTABLISHED", [segment("rst", seq_off=ONE_ON), knob("tcp_challenge_ack_limit", value),
                                               *[segment("rst", seq_off=ONE_ON)] * 3], [])
       for value in ("1", "2147483647")},
}

# Without SACK and timestamps.
PLAIN_STORIES = {
    "deflated-to-nothing": ("ESTABLISHED", [*[BIG_WRITE] * 4, *[segment(ack=UNA)] * 3, segment(ack_off=MSS_BACK),
                                            segment(ack=UNA, ack_off=HALF_MSS), segment(ack=UNA, ack_off=HALF_MSS),
                                            FAIR], []),
    "duplicates-behind-a-timeout": ("IN_FLIGHT", [NEXT_TIMER, segment(ack=UNA_AND_MSS), BIG_WRITE, BIG_WRITE,
                                                  *[segment(ack=UNA)] * 5, segment(ack=UNA_AND_MSS),
                                                  *[segment(ack=UNA)] * 4, FAIR], []),
    "duplicates-of-what-is-new": ("IN_FLIGHT", [*[BIG_WRITE] * 3, NEXT_TIMER, segment(ack=UNA_AND_MSS),
                                                *[segment(ack=UNA)] * 4, FAIR], [("tcp_frto", "2")]),
    "slow-cookie": ("LISTEN", [segment("syn", opts=9), segment(), call(ACCEPT, actor=2), DATA, call(
        SETOPT, 11, OFF), *[one for ms in (30, 30, 35, 35, 45) for one in (DATA, pause(21, ms))], call(READ, 7)],
        [("tcp_syncookies", "2")]),
}

# With SACK alone: no timestamp tells that a loss was none.
SACKED = {
    "duplicates-of-half": ("RECOVERY", [segment(ack=UNA, ack_off=HALF_MSS), later(ack=UNA, opts=BLOCKS + 64), later(
        ack=UNA, opts=BLOCKS), FAIR], []),
}

# A probe of the path's MTU is the first of what goes when the window opens again.
PROBING = ("tcp_mtu_probing", "2")
GROWN = [*flood(3), *flood(4), *flood(4), segment(win=WIN["zero"])]
PROBE = [*GROWN, *[BIG_WRITE] * 4, segment()]
PATHS = {
    "probe-lost": ("ESTABLISHED", [*PROBE, later(ack=UNA, opts=BLOCKS), later(ack=UNA, opts=BLOCKS), FAIR], [PROBING]),
    **{f"probe-cut-{mtu}": ("ESTABLISHED", [*PROBE, step("ICMP", 0, 4, UNA, 0, 0, mtu), FAIR], [PROBING])
       for mtu in (3, 4)},
    "probe-muted": ("ESTABLISHED", [*GROWN, *[BIG_WRITE] * 4, MUTE, segment(), NEXT_TIMER, FAIR], [PROBING]),
    "probe-beyond-edge": ("ESTABLISHED", [*GROWN, *[BIG_WRITE] * 4, segment(win=0x80 | 9), FAIR], [PROBING]),
    "probe-meets-record": ("ESTABLISHED", [*GROWN, call(WRITE, 1, 0, EOR), *[BIG_WRITE] * 4, segment(), FAIR],
                           [PROBING]),
    "probe-then-black": ("ESTABLISHED", [*PROBE, FAIR, *flood(3), knob("tcp_retries1", "0"), BIG_WRITE,
                                         *[NEXT_TIMER] * 5, FAIR], [PROBING, ("tcp_base_mss", "512")]),
    "black-holes": ("IN_FLIGHT", [knob("tcp_retries1", "0"), *[NEXT_TIMER] * 14, FAIR],
                    [("tcp_mtu_probing", "1"), ("tcp_min_snd_mss", "88")]),
    "late-bound": ("ESTABLISHED", [call(SETOPT, MAXSEG, 9), BIG_WRITE, FAIR], [PROBING]),
    "locked-route": ("ESTABLISHED", [BIG_WRITE, step("ICMP", 0, 4, UNA, 0, 0, 3), FAIR, BIG_WRITE],
                     [("refstack.route.mtu", "1000"), ("refstack.route.mtu_lock", "1")]),
    **{f"fragments-{value}": ("IN_FLIGHT", [rare(OPTION, DISCOVER, value), step("ICMP", 0, 4, UNA, 0, 0, 4),
                                            BIG_WRITE, FAIR], []) for value in (1, 0)},
}
NARROW = {   # header's MSS: stories
    MSS_536: {"bounded-elsewhere": ("IN_FLIGHT", [step("ICMP", 0, 4, UNA, 0, 0, 0), FAIR], [PROBING])},
    MSS_256: {"floor-above-path": ("IN_FLIGHT", [knob("tcp_retries1", "0"), *[NEXT_TIMER] * 6, FAIR],
                                   [("tcp_mtu_probing", "1"), ("tcp_mtu_probe_floor", "512")])},
}

FAST = ("tcp_fastopen", "3")
CROSSING = [*WITH_COOKIE, later("syn")]
OPENING = {
    "asks-with-cookie": ("CLOSED", [*WITH_COOKIE[:4], rare(OPEN_FAST, 8), later("synack", opts=PLAIN), FAIR], [FAST]),
    "refused-again": ("CLOSED", [rare(OPEN_FAST, 1), segment("rstack"), call(CLOSE), DAYS] * 9,
                      [("tcp_fastopen", "1543")]),
    "holes-again": ("CLOSED", [rare(OPEN_FAST, 1), segment("synack"), segment("rst", seq_off=ONE_ON), segment("rst"),
                               call(CLOSE), DAYS] * 9,
                    [FAST, ("tcp_fastopen_blackhole_timeout_sec", "5")]),
    "listener-without-cookie": ("LISTEN", [*FAST_LISTENER, rare(OPTION, 2, ON, actor=2), later(
        "syn", len=LEN["1000"]), call(ACCEPT, actor=2), call(READ, 7), later(), FAIR], [FAST]),
    "cookie-without-text": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, later("syn", actor=5, opts=FAST_OPEN + GIVEN,
                                                                          raw=5), later(actor=5)], [FAST]),
    "no-room-in-syn": ("CLOSED", [rare(OPEN_FAST, 1), segment("synack", opts=10, raw=1), call(CLOSE), segment("rst"),
                                  rare(OPEN_FAST, 1), segment("synack")],
                       [("tcp_fastopen", "1543"), ("peer.signs", "md5")]),
    "crossing-too-many": ("CLOSED", [*CROSSING, call(CLOSE), NEXT_TIMER], [FAST, ("tcp_max_orphans", "0")]),
    "crossing-shut-then-written": ("CLOSED", [*CROSSING, call(SHUTDOWN, 1), call(WRITE, 1), call(POLL), later(), FAIR],
                                   [FAST]),
    "crossing-shut-both": ("CLOSED", [*CROSSING, call(SHUTDOWN, 2), call(POLL), call(WRITE, 1), later(), FAIR],
                           [FAST]),
    **{f"child-writes-much-{actor}": ("LISTEN", [*FAST_LISTENER, *GET_COOKIE, *TAKE(actor), call(ACCEPT),
                                                 *[call(WRITE, 7)] * 5, NEXT_TIMER, later(actor=actor), FAIR], [FAST])
       for actor in (0, 5)},
    "spoiled-apart": ("LISTEN", [rare(OPTION, FASTOPEN, 5, actor=2), *GET_COOKIE, *[
        one for turn in range(12) for one in (*TAKE(5), call(ACCEPT), segment("rst", actor=5), call(CLOSE),
                                              pause(9))], MINUTE, *TAKE(6)], [FAST]),
    "crowd": ("LISTEN", [segment("syn"), segment("syn", actor=5), segment("syn", actor=6), NEXT_TIMER],
              [("tcp_syncookies", "0"), ("tcp_max_syn_backlog", "1")]),
    "two-ways-for-two": ("CLOSED", [NEW, auth(MD5, 0, OTHERS), auth(ADD, 0), CONNECT, segment("synack"), DATA], []),
    "requires-then-none": ("LISTEN", [auth(ADD, 0, actor=2), auth(1, 0, 0, 0, actor=2), auth(CHOOSE, 0, actor=2), auth(
        MD5, 0, actor=2), auth(MD5, 1, actor=2), *OPEN], []),
}

TALKING = {
    "thrown-away": ("ESTABLISHED", [rare(OPTION, RECVERR, OFF), rare(OPTION, ZEROCOPY, ON), COPY, FAIR, rare(
        OPTION, RECVERR, OFF), rare(OPTION, STAMPING, ALL_STAMPS), COPY, FAIR, call(WRITE, 1), FAIR, COPY, FAIR, rare(
            OPTION, RECVERR, OFF), *[rare(ERRORS)] * 3, call(WRITE, 1), FAIR, rare(OPTION, RECVERR, OFF)], []),
    "covers-two-islands": ("ESTABLISHED", [segment(seq=TWO_MSS_AHEAD, seq_off=MSS_ON, len=LEN["one"]), segment(
        seq=TWO_MSS_AHEAD, len=LEN["one"]), segment(seq=MSS_AHEAD, len=LEN["3000"]), segment(len=LEN["mss"]),
        call(READ, 7)], []),
    "end-unread": ("UNREAD", [segment("fin"), segment("rst"), call(READ, 7)], []),
    "told-at-once": ("ESTABLISHED", [rare(OPTION, RECVERR, ON), BIG_WRITE, step("ICMP", 0, 1, UNA), call(POLL), call(
        READ, 1), FAIR], []),
    "mark-ahead": ("ESTABLISHED", [segment("push", mods=0x10, len=LEN["1000"], raw=200), call(IOCTL, 3), call(
        READ, 1), call(IOCTL, 3)], []),
    "peeks-behind-the-end": ("UNREAD", [segment("fin"), rare(OPTION, 13, 8), call(READ, 1, 0, 3), call(READ, 7)], []),
    "probes-one-byte": ("ESTABLISHED", [segment(win=WIN["zero"]), call(WRITE, 0), NEXT_TIMER, NEXT_TIMER, FAIR], []),
    "crosses-again": ("SIMULTANEOUS", [segment("synack", seq=3), DATA, FAIR], []),
    "patient-muted": ("ESTABLISHED", [BIG_WRITE, MUTE, NEXT_TIMER, NEXT_TIMER, call(SETOPT, 7, 12), NEXT_TIMER, FAIR],
                      []),
    "deferred-for-long": ("LISTEN", [rare(OPTION, 3, 6, actor=2), segment("syn"), segment(), *[NEXT_TIMER] * 14, DATA],
                          []),
    "route-locked-late": ("ESTABLISHED", [segment("syn", actor=5), step("ICMP", 5, 4, UNA, 0, 0, 3), knob(
        "refstack.route.mtu_lock", "1"), BIG_WRITE, FAIR], []),
    **{f"rests-with-history-{n}": ("LISTEN", [
        segment("syn"), segment("syn", actor=5), segment(), segment(actor=5), call(ACCEPT, actor=2), call(ACCEPT), DATA,
        call(READ, 7), *[BIG_WRITE] * 4, later(ack=UNA, opts=BLOCKS), FAIR, DATA, segment(
            seq=MSS_AHEAD, len=LEN["one"]), segment(len=LEN["mss"]), call(READ, 7), call(SETOPT, 3, 0), FAIR, call(
                READ, 7), *[segment(actor=5)] * n, SECOND, *[segment(actor=5)] * n, SECOND], []) for n in (2, 12)},
    "muted-for-long": ("ESTABLISHED", [BIG_WRITE, MUTE, *[pause(13)] * 7, FAIR], []),
    "fin-muted": ("ESTABLISHED", [MUTE, call(CLOSE), *[NEXT_TIMER] * 3, FAIR], []),
    "orphan-muted": ("ZERO_WINDOW", [MUTE, call(CLOSE), *[NEXT_TIMER] * 4, FAIR], []),
    "more-than-fits": ("ZERO_WINDOW", [*[call(WRITE, 7, 0, MORE)] * 6, FAIR], []),
    **{f"shrinks-{raw}": ("ESTABLISHED", [*[segment("push", len=12, raw=raw)] * 12, call(READ, 1), segment(
        "push", len=12, raw=raw), FAIR], [("tcp_shrink_window", "1")]) for raw in (8, 20, 40, 60, 80, 100)},
}
SMALL_BUFFERS = {"more-than-fits": {"sndbuf": 3}, **{f"shrinks-{raw}": {"rcvbuf": 4} for raw in (8, 20, 40, 60, 80,
                                                                                                   100)}}


# A host whose blocks are all in use.
STATS = 15   # of STAMPING
PEER, NOT, WITH_AO = 5, 0, 3   # of AUTH
UNTAKEN = [*FULL[:-6], *[segment("push", ack=UNA, win=4, len=LEN["3000"])] * 6]   # what was sent stays, too
BLOCKLESS = {
    "text-beyond-a-gap": ("ZERO_WINDOW", [*FULL, segment("push", seq=MSS_AHEAD, len=LEN["3000"], win=4), segment(
        "fin", len=LEN["3000"], win=4), segment("fin", len=LEN["3000"], win=4)], []),
    "stamp-without-numbers": ("ESTABLISHED", [rare(OPTION, STAMPING, STATS), call(WRITE, 0), *UNTAKEN, segment(
        ack=UNA, ack_off=ONE_ON, win=4), rare(ERRORS)], []),
    "settings-without-ring": ("ZERO_WINDOW", [*FULL, auth(CHOOSE, REQUIRED), auth(MD5), auth(ADD, 0)], []),
    "listener-without-ring": ("ZERO_WINDOW", [*FULL, auth(CHOOSE, REQUIRED, actor=2), auth(ADD, 0, actor=2)], []),
    "proven-without-ring": ("ESTABLISHED", [auth(ADD, 0, actor=2), auth(PEER, WITH_AO), segment("syn", actor=5),
                                            auth(PEER, NOT), *FULL, auth(PEER, WITH_AO), segment(actor=5)],
                            [("tcp_syncookies", "2")]),
    "held-without-room": ("ESTABLISHED", [*UNTAKEN, call(WRITE, 7), call(WRITE, 7, 0, MORE), segment(
        ack=UNA, ack_off=7), call(WRITE, 7)], []),
}

# A host whose records are all in use: they hold segments of 48 bytes.
RECORDS = [*[*[call(WRITE, 7)] * 4, FAIR] * 3, *[call(WRITE, 7)] * 6]
RECORDLESS = {
    "marks": ("ESTABLISHED", [rare(OPTION, ZEROCOPY, ON), rare(OPTION, STAMPING, ALL_STAMPS), *RECORDS, COPY, COPY,
                              call(WRITE, 1), call(WRITE, 1, 0, EOR), segment(ack=UNA_AND_MSS), COPY, COPY, FAIR, COPY,
                              FAIR, *[rare(ERRORS)] * 4], []),
    "notes": ("ESTABLISHED", [rare(OPTION, ZEROCOPY, ON), COPY, *RECORDS, segment(ack=UNA, ack_off=ONE_ON), rare(
        OPTION, STAMPING, STATS), segment(ack=UNA_AND_MSS), call(WRITE, 1), call(WRITE, 7), segment(ack=UNA_AND_MSS),
        FAIR], []),
    "note": ("ESTABLISHED", [rare(OPEN_FAST, 1, 0, 1), rare(OPTION, RECVERR, ON, 0, 0, 0, 0, 0, 0, 2), *RECORDS, step(
        "ICMP", 5, 1, UNA), FAIR], []),
    "syn": ("ESTABLISHED", [*RECORDS, NEW, CONNECT, call(CLOSE), NEW, CONNECT, later("syn", ecn=7, opts=PLAIN),
                            segment(), DATA, call(POLL), call(SETOPT, 11, 0), NEXT_TIMER, call(CLOSE), NEXT_TIMER],
            [("tcp_ecn", "3")]),
    "syn-reset": ("ESTABLISHED", [*RECORDS, NEW, CONNECT, later("syn"), call(SETOPT, 0, 1), DATA, call(CLOSE)], []),
    "syn-fast": ("ESTABLISHED", [*RECORDS, rare(OPEN_FAST, 1), NEXT_TIMER, segment(actor=5), segment(
        "syn", actor=5), segment("syn", actor=6)], [("tcp_fastopen", "1543"), ("tcp_ecn", "3")]),
    "islands": ("ESTABLISHED", [*RECORDS, segment(seq=MSS_AHEAD, len=LEN["1000"]), later(
        ack=UNA, opts=BLOCKS + 32, raw=3), later(ack=UNA, opts=BLOCKS + 32, raw=9), NEXT_TIMER, NEXT_TIMER, FAIR], []),
    "pieces": ("ESTABLISHED", [*RECORDS, segment(ack=UNA, win=11, raw=20), NEXT_TIMER, NEXT_TIMER, FAIR], []),
    "probe": ("ZERO_WINDOW", [segment(), *RECORDS, segment(ack=UNA_AND_MSS, win=4), NEXT_TIMER, NEXT_TIMER, FAIR], []),
}


def files():
    """{name: bytes}"""
    made = {}

    def tell(stories, bits, presets=(("rfc", 0), ("linux", LINUX)), **more):
        for name, (start, steps, settings) in stories.items():
            for preset, preset_bits in presets:
                places = {**more, **SMALL_BUFFERS.get(name, {})}
                program = seg_seeds.program(start, steps, bits | preset_bits, **places)
                made[f"corner-{name}-{preset}"] = with_settings(program, *settings)

    tell(MARKING, ALL)
    tell(CONTROL, ALL, mss=MSS_536, sndbuf=LARGE_BUFFER)
    tell(PLAIN_STORIES, 0)
    tell(SACKED, SACK)
    tell(PATHS, ALL, (("rfc", 0), ("linux", LINUX), ("linux6", LINUX | IPV6)), sndbuf=LARGE_BUFFER)
    for mss, stories in NARROW.items():
        tell(stories, ALL, mss=mss)
    tell(OPENING, ALL)
    tell(BLOCKLESS, ALL, sndbuf=LARGE_BUFFER, rcvbuf=LARGE_BUFFER)
    for name, bits in (("scaled", SACK | WSCALE), ("plain", SACK)):
        tell({f"no-record-for-{story}-{name}": told for story, told in RECORDLESS.items()}, bits, mss=MSS_48,
             sndbuf=LARGE_BUFFER)
    tell(TALKING, ALL)
    return made
