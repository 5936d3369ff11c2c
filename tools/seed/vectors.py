"""Known-answer packets: built by scapy, which shares no code with either codec, from fields chosen here.

wire.json is for any stack (schema in corpus/README.md); wire.tsv holds the same rows for readers without JSON."""

import json
import struct

from packets import Case, cases

COLUMNS = ("name", "verdict", "hex", "src", "dst", "ttl", "tos", "sport", "dport", "seq", "ack", "flags", "win", "urp",
           "mss", "wscale", "sackok", "sack", "ts", "malformed", "text")


def option_fields(options):
    """What a receiver must understand of the option bytes: RFC 9293 3.2, the last of a kind counts, EOL ends the
    list."""
    found = {"mss": "-", "wscale": "-", "sackok": 0, "sack": "-", "ts": "-", "malformed": 0}
    lengths = {2: 4, 3: 3, 4: 2, 8: 10}
    at = 0
    while at < len(options) and options[at] != 0:
        kind = options[at]
        if kind == 1:
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if size < 2 or at + size > len(options):
            found["malformed"] = 1
            break
        value = options[at + 2:at + size]
        at += size
        if kind == 5:
            good = size in (10, 18, 26, 34)
        else:
            good = lengths.get(kind, size) == size
        if not good:
            found["malformed"] = 1
        elif kind == 2:
            found["mss"] = struct.unpack("!H", value)[0]
        elif kind == 3:
            found["wscale"] = value[0]
        elif kind == 4:
            found["sackok"] = 1
        elif kind == 5:
            found["sack"] = ",".join(str(n) for n in struct.unpack(f"!{len(value) // 4}I", value))
        elif kind == 8:
            found["ts"] = ",".join(str(n) for n in struct.unpack("!2I", value))
    return found


def row(case: Case):
    """The columns of one case; fields of rejected packets are dashes: nobody may look at them."""
    base = {"name": case.name, "verdict": case.verdict, "hex": case.data.hex()}
    if case.verdict != "ok":
        return {**base, **{column: "-" for column in COLUMNS[3:]}}
    f = case.fields
    return {**base, "src": f.src, "dst": f.dst, "ttl": f.ttl, "tos": f.tos, "sport": f.sport, "dport": f.dport,
            "seq": f.seq,
            "ack": f.ack, "flags": f.flags, "win": f.win, "urp": f.urp, **option_fields(f.options),
            "text": f.text.hex() or "-"}


def files():
    rows = [row(case) for case in cases()]
    names = [one["name"] for one in rows]
    assert len(set(names)) == len(names), "two vectors of one name"
    table = "\n".join("\t".join(str(one[column]) for column in COLUMNS) for one in rows)
    return {
        "wire.json": (json.dumps({"schema": 1, "columns": COLUMNS, "vectors": rows}, indent=1) + "\n").encode(),
        "wire.tsv": ("\t".join(COLUMNS) + "\n" + table + "\n").encode(),
    }
