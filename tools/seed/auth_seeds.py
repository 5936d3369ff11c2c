"""Seeds of fuzz_seg: signatures (RFC 2385, RFC 5925). A peer that signs like the host goes through every start; then
keys come, go and change (the step AUTH, fuzz/prog/keys.c)."""

import seg_seeds
from later_seeds import ALL, KEY, SIGNED_WRONG, later, rare, with_settings
from seg_seeds import (ACCEPT, BIG_WRITE, CLOSE, DATA, FAIR, IPV6, LEN, LINUX, NEXT_TIMER, READ, SECOND, TS, UNA, WRAP,
                       call,
                       segment, step)

ADD, DELETE, CHOOSE, ASK_KEYS, MD5, PEER = 0, 1, 2, 3, 4, 5   # of AUTH
PEERS, ALLS, NETS, OTHERS = 0, 1, 2, 3   # whom a key is for
NOT, WITH_MD5, WITH_MD5_OF_ALL, WITH_AO = 0, 1, 2, 3   # how the peer signs: WITH_AO + number of the key
CURRENT, RNEXT, REQUIRED, COUNTERS, ICMPS = 1, 2, 4, 8, 16
UNSIGNED, TWICE = 0xa0, 0xe0   # of a later segment, where the peer signs
WRONG = 0x0d   # mods of a segment, where the peer signs
WAYS = ("md5", "md5 of all", "ao 0", "ao 1", "ao 2", "ao 3")


def auth(what, *arguments, actor=0):
    return step("AUTH", actor, what, *arguments)


TALK = [BIG_WRITE, segment(len=LEN["1000"]), segment(mods=WRONG, len=LEN["1000"]), call(READ, 7), FAIR, SECOND,
        later(ecn=UNSIGNED, len=LEN["one"]), later(ecn=TWICE), later(ecn=SIGNED_WRONG), segment("rst", mods=WRONG),
        BIG_WRITE, NEXT_TIMER, FAIR]
ASKS = [auth(ASK_KEYS, n, n) for n in (0, 1, 2, 3, 4, 5, 0x80)]
ICMP = [step("ICMP", 0, n, UNA) for n in range(7)]
ROTATE = [auth(ADD, 1), auth(PEER, WITH_AO, 1), DATA, BIG_WRITE, auth(PEER, WITH_AO + 1, 1), DATA, BIG_WRITE,
          auth(CHOOSE, CURRENT | RNEXT, 1, 1), *ASKS, auth(DELETE, 0), DATA, auth(DELETE, 1),
          auth(DELETE, 1, 0, CURRENT | RNEXT, 0), auth(CHOOSE, COUNTERS | ICMPS | REQUIRED), *ICMP, DATA, BIG_WRITE,
          NEXT_TIMER, call(CLOSE), segment("fin")]
RINGS = [auth(what, n, whom, bits, actor=actor) for actor in (2, 0) for what, n, whom, bits in (
    (ADD, 0, PEERS, 0), (ADD, 0, ALLS, 0), (ADD, 1, NETS, 0), (ADD, 2, OTHERS, 0), (ADD, 3, PEERS, 0),
    (ADD, 2, PEERS, 3), (MD5, 0, PEERS, 0), (MD5, 0, OTHERS, 0), (MD5, 0, NETS, 0), (DELETE, 1, NETS, 0),
    (DELETE, 1, NETS, 4), (DELETE, 0, ALLS, 0), (CHOOSE, REQUIRED, 0, 0), (MD5, 1, OTHERS, 0), (MD5, 0, ALLS, 0),
    (CHOOSE, 0, 0, 0), (MD5, 1, NETS, 0), (MD5, 1, PEERS, 0), (ADD, 1, PEERS, 0), (DELETE, 0, PEERS, 0))]
NEW, CONNECT = step("WIDE", 0, 3, 4), step("WIDE", 0, 3, 8)
HANDSHAKE = [segment("syn"), segment(), call(ACCEPT, actor=2)]

STORIES = {   # name: (start, steps, settings)
    "rotates": ("ESTABLISHED", ROTATE, ["ao 0"]),
    "rotates-active": ("ESTABLISHED_ACTIVE", ROTATE, ["ao 0"]),
    "rings": ("LISTEN", [*RINGS, *HANDSHAKE, DATA, BIG_WRITE, *RINGS], []),
    "rings-in-use": ("ESTABLISHED", [*RINGS, DATA, BIG_WRITE], ["ao 1"]),
    "md5-rings": ("ESTABLISHED", [*RINGS, DATA, BIG_WRITE], ["md5"]),
    "strangers": ("LISTEN", [auth(PEER, NOT), *HANDSHAKE, auth(PEER, WITH_AO + 2), *HANDSHAKE, auth(PEER, WITH_MD5),
                             *HANDSHAKE, auth(PEER, WITH_AO), segment(), segment("rst"), *HANDSHAKE, DATA], ["ao 0"]),
    "required": ("LISTEN", [auth(CHOOSE, REQUIRED, actor=2), *HANDSHAKE, auth(PEER, WITH_AO), *HANDSHAKE,
                            auth(ADD, 0, OTHERS, actor=2), *HANDSHAKE, auth(PEER, NOT), segment("rst")], []),
    "turns": ("ESTABLISHED", [BIG_WRITE, DATA, segment("push", seq_off=4, len=LEN["1000"]), FAIR, *[DATA] * 3,
                              call(READ, 7),
                              *[BIG_WRITE, FAIR] * 3, segment(seq_off=17), segment(seq=4, seq_off=4), NEXT_TIMER,
                              *ICMP, call(CLOSE), FAIR, segment("fin"), segment("fin")], ["ao 1"]),
    "no-more": ("ESTABLISHED", [auth(DELETE, 0), auth(ADD, 1), auth(CHOOSE, CURRENT | RNEXT, 1, 1), auth(DELETE, 0),
                                BIG_WRITE, auth(DELETE, 1), NEXT_TIMER, *ICMP, auth(CHOOSE, ICMPS), *ICMP], ["ao 0"]),
    "many-keys": ("LISTEN", [*[auth(MD5, 0, whom, actor=2) for whom in (1, 2, 3, 0)], auth(ADD, 0, OTHERS, actor=2),
                             auth(CHOOSE, REQUIRED, actor=2), *HANDSHAKE, auth(PEER, WITH_MD5), *HANDSHAKE, DATA,
                             *[auth(MD5, 1, whom, actor=2) for whom in (1, 2, 3, 0, 0)], auth(CHOOSE, REQUIRED,
                                                                                           actor=2),
                             auth(MD5, 0, 0, actor=2), auth(DELETE, 0, OTHERS, actor=2), auth(DELETE, 0, actor=2)], []),
    "shared-ring": ("LISTEN", [auth(MD5, 0, PEERS, actor=2), auth(MD5, 0, OTHERS, actor=2), auth(PEER, WITH_MD5),
                               *HANDSHAKE, auth(MD5, 1, OTHERS), auth(MD5, 0, NETS), auth(MD5, 1, PEERS), DATA], []),
    "others-only": ("LISTEN", [auth(ADD, 0, OTHERS, actor=2), auth(PEER, NOT), *HANDSHAKE, DATA], []),
    "others-only-connects": ("CLOSED", [NEW, auth(ADD, 0, OTHERS), CONNECT, segment("synack"), DATA], []),
    "others-only-md5": ("CLOSED", [NEW, auth(ADD, 0, OTHERS), auth(MD5), CONNECT, auth(PEER, WITH_MD5),
                        segment("synack"),
                                   DATA, *ICMP], []),
    "required-only": ("CLOSED", [NEW, auth(CHOOSE, REQUIRED), CONNECT, segment("synack"), auth(ADD, 0, OTHERS), CONNECT,
                                 auth(CHOOSE, 0), CONNECT, segment("synack"), DATA], []),
    "settings-only": ("CLOSED", [NEW, auth(CHOOSE, ICMPS), CONNECT, segment("synack"), DATA, *ICMP], []),
    "two-peers": ("CLOSED", [NEW, auth(ADD, 0, PEERS), auth(ADD, 3, OTHERS), auth(ADD, 1, ALLS, 3), auth(DELETE, 3,
                        OTHERS),
                             auth(ADD, 3, OTHERS), auth(ADD, 2, OTHERS, 3), auth(ADD, 4), auth(ADD, 4, OTHERS), auth(
                                 MD5, 0, OTHERS), auth(MD5, 0, OTHERS + 4), CONNECT, *ICMP, auth(PEER, WITH_AO, 0),
                             segment("synack"), DATA, segment("rst")], []),
    "no-room": ("LISTEN", [*[auth(MD5, 0, OTHERS + 4 * n, actor=2) for n in range(16)], auth(ADD, 0, actor=2),
                           auth(MD5, 0, actor=2), *HANDSHAKE], []),
    "for-nobody": ("LISTEN", [auth(ADD, 0, actor=2), auth(PEER, WITH_AO), segment(), segment("synack"), segment("fin"),
                              auth(PEER, WITH_AO, 1), segment(), segment("syn"), segment("rst"), auth(PEER, NOT),
                              segment(), auth(MD5, 0, OTHERS, actor=2), auth(PEER, WITH_MD5), segment()], []),
    "opening-errors": ("SYN_SENT", [*ICMP, segment("synack", mods=WRONG), segment(), auth(PEER, WITH_AO, 1),
                                    segment("synack"), *ICMP], ["ao 0"]),
    "half-open": ("SYN_RECEIVED", [auth(PEER, WITH_AO, 1), segment("syn"), *ICMP, segment(mods=WRONG), segment(), DATA],
                  ["ao 0"]),
    "connects": ("CLOSED", [auth(PEER, WITH_AO), call(10, 1, 0, 0), segment("synack"), DATA, call(CLOSE),
                            auth(PEER, WITH_MD5), call(10, 1, 0, 0), segment("synack"), DATA], ["ao 0"]),
    "asks-for-nothing": ("LISTEN", [auth(PEER, WITH_AO, 3), *HANDSHAKE, auth(PEER, WITH_AO, 1), *HANDSHAKE, DATA],
                         ["ao 0"]),
    "other-keys-first": ("SYN_SENT", [auth(PEER, WITH_AO, 1), segment("synack"), DATA, auth(ADD, 1),
                                      auth(PEER, WITH_AO, 1), DATA, BIG_WRITE], ["ao 0"]),
    "never-asked": ("ESTABLISHED", [auth(PEER, WITH_AO), DATA, auth(PEER, WITH_MD5), DATA, auth(ADD, 0), rare(KEY),
                                    DATA], []),
    "for-many": ("LISTEN", [auth(ADD, 0, ALLS, actor=2), auth(ADD, 1, PEERS, actor=2), auth(ADD, 2, NETS, actor=2),
                            auth(PEER, WITH_AO + 1, 2), *HANDSHAKE, DATA, auth(PEER, WITH_AO + 2, 0), DATA,
                            segment("syn", actor=5), segment(actor=5), call(ACCEPT), *ASKS, BIG_WRITE], []),
}


def files():
    """{name: bytes}: every start with every way in one of the presets, the stories in both."""
    made = {}
    presets = (("rfc", TS), ("linux", LINUX | ALL))
    for number, start in enumerate(seg_seeds.STARTS):
        for way in WAYS:
            name, bits = presets[(number + WAYS.index(way)) % 2]
            made[f"auth-{way.replace(' ', '-')}-{start.lower()}-{name}"] = \
                with_settings(seg_seeds.program(start, TALK, bits), ("peer.signs", way))
    for name, (start, steps, ways) in STORIES.items():
        for preset, bits in presets:
            rows = [("peer.signs", way) for way in ways]
            made[f"auth-{name}-{preset}"] = with_settings(seg_seeds.program(start, steps, bits), *rows)
            six = seg_seeds.program(start, steps, bits | IPV6 | WRAP, irs=(2, 200), before=1)
            made[f"auth-{name}-{preset}-wraps"] = with_settings(six, *rows)
    return made
