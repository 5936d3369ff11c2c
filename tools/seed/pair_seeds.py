"""Seeds of fuzz_pair (fuzz/world/pair.h): one short story for each kind of step and each kind of host.

The numbers of kinds are read from the C header, so a seed keeps its meaning when the list grows."""

import re
from pathlib import Path

WORLD = Path(__file__).resolve().parents[2] / "fuzz/world"
HEADER_BYTES = 40
STEP_BYTES = 12
KINDS = {name: number for number, name in
         enumerate(re.findall(r"^\s+FZ_PAIR_(\w+),\s+/\*", (WORLD / "pair.h").read_text(), re.M))}

# Places in the header (fuzz/world/pair.c).
FLAGS, DELAY, RATE, HOST, USER = 0, 3, 4, 8, 16
IPV6, WRAP = 1, 2
LINUX = 1
BY_PROGRAM, LATE = 1, 2
NOTHING = 1  # to write

# Actions of FATE and BURST, calls of USER, times of TIME (fuzz/world/pair_play.c).
LOSE, HOLD, TWICE, DAMAGE = 1, 2, 3, 5
WRITE, READ_LATER, END, LEAVE = 0, 4, 5, 7
REBOOT = 1  # how one leaves
SHORT, SECOND, MINUTE, MONTH = 4, 8, 11, 14


def step(kind, side=0, *arguments):
    body = bytes((KINDS[kind], side, *arguments))
    return body + bytes(STEP_BYTES - len(body))


def header(hosts=(0, 0), users=((0, 0), (0, 0)), **places):
    """hosts: the first byte of each; users: (bytes to write, flags) of each."""
    head = bytearray(HEADER_BYTES)
    for i in range(2):
        head[HOST + 3 * i] = hosts[i]
        head[USER + 6 * i], head[USER + 6 * i + 5] = users[i]
    for place, value in places.items():
        head[globals()[place.upper()]] = value
    return bytes(head)


STORIES = {
    "lost": [step("FATE", 0, LOSE, 3), step("TIME", 0, SECOND)],
    "lost-answers": [step("BURST", 1, LOSE, 2, 0, 3), step("TIME", 0, SECOND)],
    "late": [step("FATE", 0, HOLD, 4, 3), step("TIME", 0, SECOND)],
    "twice": [step("BURST", 0, TWICE, 0, 0, 9), step("TIME", 0, SECOND)],
    "damaged": [step("FATE", 0, DAMAGE, 2), step("TIME", 0, SECOND)],
    "closed-window": [step("USER", 1, READ_LATER), step("TIME", 0, MINUTE), step("USER", 1, READ_LATER)],
    "by-and-by": [step("TIME", 0, SHORT), step("USER", 0, WRITE, 4), step("TIME", 0, SHORT), step("USER", 0, WRITE, 7)],
    "ends": [step("TIME", 0, SHORT), step("USER", 0, END), step("TIME", 0, SECOND), step("USER", 1, END)],
    "reboot": [step("TIME", 0, SHORT), step("USER", 1, LEAVE, 0, REBOOT), step("TIME", 0, MINUTE)],
    "reboot-of-the-client": [step("TIME", 0, SHORT), step("USER", 0, LEAVE, 0, REBOOT), step("TIME", 0, MINUTE)],
    "reboot-while-it-opens": [step("USER", 1, LEAVE, 0, REBOOT), step("TIME", 0, SECOND)],
    "reboot-behind-the-end": [step("TIME", 0, SHORT), step("USER", 0, END), step("TIME", 0, SECOND),
                              step("USER", 1, LEAVE, 0, REBOOT)],
    "leaves": [step("TIME", 0, SHORT), step("USER", 1, LEAVE, 1), step("TIME", 0, MINUTE)],
    "blind-reset": [step("TIME", 0, SHORT), step("BLIND", 0, 0, 0, 0, 2), step("BLIND", 1, 2, 0, 0, 3)],
    "ghosts": [step("TIME", 0, SHORT), step("AGAIN", 0, 0), step("AGAIN", 0, 1), step("AGAIN", 0, 3, 3, 40)],
    "narrow": [step("TIME", 0, SHORT), step("NARROW", 0, 1, 6), step("TIME", 0, MINUTE)],
    "knob": [step("KNOB", 0, 4), step("FATE", 0, LOSE, 5), step("TIME", 0, SECOND)],
    "month": [step("TIME", 0, MONTH), step("USER", 0, WRITE, 7), step("TIME", 0, SECOND)],
}
HOSTS = {"rfc": (0, 0), "linux": (LINUX, LINUX), "mixed": (0, LINUX)}


def files():
    """{name: bytes}."""
    out = {"empty": b""}
    for host, presets in HOSTS.items():
        for name, steps in STORIES.items():
            flags = BY_PROGRAM if name in ("by-and-by", "month") else 0
            head = header(presets, ((5, flags), (4, 0)))
            out[f"{host}-{name}"] = head + b"".join(steps)
        # Who has said everything, and waits for one who has not begun, does not find out.
        out[f"{host}-reboot-of-whom-one-waits-for"] = (
            header(presets, ((NOTHING, 0), (5, BY_PROGRAM))) + step("TIME", 0, SECOND) +
            step("USER", 1, LEAVE, 0, REBOOT))
    out["ipv6-wrap"] = header(users=((6, 0), (6, 0)), flags=IPV6 | WRAP) + STORIES["lost"][0]
    return out
