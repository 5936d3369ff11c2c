"""Seeds of fuzz_seg: every setting of fuzz/prog/settings.def in a conversation with growth, loss, marks and both ends,
from each side; those of a congestion control together with it."""

import pair_seeds
import seg_seeds
from later_seeds import ALGORITHMS as PAIR_ALGORITHMS
from later_seeds import (ALL, CC_PLACE, CE, CWR, ECE, ECN, LOSS, MARK, MUCH, PLAIN, ROUNDS, ROWS, SOME, later,
                         with_settings)
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, FAIR, LEN, LINUX, NEXT_TIMER, READ, SECOND, UNA, WRITE, call,
                       segment, step)

TALK = [*ROUNDS, *LOSS, later(ecn=ECE), BIG_WRITE, later(ecn=ECE), later("push", ecn=CE | CWR, len=LEN["1000"]), FAIR,
        segment("push", seq_off=9, len=LEN["1000"]), DATA, DATA, call(READ, 7), SECOND, BIG_WRITE, NEXT_TIMER,
        NEXT_TIMER, FAIR, BIG_WRITE, step("ICMP", 0, 4, UNA, 0, 0, 3), BIG_WRITE, FAIR, *ROUNDS]
END = [call(WRITE, 1), call(CLOSE), FAIR, segment("fin"), NEXT_TIMER]
OPENS = [later("syn", ecn=7, opts=PLAIN), later(), call(ACCEPT, actor=2)]
ACTIVE = [later("synack", ecn=2, opts=PLAIN)]
ALGORITHMS = {"module.tcp_cubic": "cubic", "module.tcp_dctcp": "dctcp", "tcp_min_rtt": "bbr", "refstack.abe": "cubic",
              "refstack.hystart": "cubic", "refstack.route.initcwnd": "dctcp"}


def partner(name):
    """What the setting is looked at with: the algorithm it belongs to, or accurate marks."""
    for head, algorithm in ALGORITHMS.items():
        if name.startswith(head):
            return "tcp_congestion_control", algorithm
    return ECN[1]


def files():
    """{name: bytes}"""
    made = {}
    for (name, value), number in ROWS.items():
        if not name or name == "peer.signs":
            continue
        for preset, bits in (("rfc", 0), ("linux", LINUX)):
            start, opening = ("LISTEN", OPENS) if number % 2 else ("SYN_SENT", ACTIVE)
            program = seg_seeds.program(start, [*opening, *TALK, *END], bits | ALL)
            made[f"setting-{number:03}-{preset}"] = with_settings(program, (name, value), partner(name))
    return made


# ---------- two hosts ----------

SOON, SLOWEST = 6, 5
TROUBLE = [step for n in range(24) for step in (
    pair_seeds.step("FATE", 0, pair_seeds.LOSE if n % 5 == 3 else pair_seeds.HOLD if n % 5 == 4 else MARK, 1, 3),
    pair_seeds.step("TIME", 0, SOON))]


def pair_files():
    """{name: bytes} of fuzz_pair: both hosts with the setting, on a slow path with loss."""
    made = {}
    for (name, value), number in ROWS.items():
        if not name or name == "peer.signs":
            continue
        algorithm = PAIR_ALGORITHMS.get(partner(name)[1], 0)
        for preset, linux in (("rfc", 0), ("linux", 1)):
            head = bytearray(pair_seeds.header((number << 1 | linux,) * 2, ((MUCH, 0), (SOME, 0)),
                                               rate=SLOWEST, delay=4 - linux))
            for side in range(2):
                head[pair_seeds.HOST + 3 * side + CC_PLACE] = algorithm
            made[f"setting-{number:03}-{preset}"] = bytes(head) + b"".join(TROUBLE)
    return made
