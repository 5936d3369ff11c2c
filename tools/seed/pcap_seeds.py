"""Seeds of fuzz_pcap: captures of short connections, in the formats that a capture may have."""

import struct

from packets import V4, V6, Fields, build, mss, sack, timestamps, wscale

RAW, ETHERNET, COOKED, NULL = 101, 1, 113, 0
SYN, ACK, PUSH, FIN, RST, ECE, CWR = 2, 16, 8, 1, 4, 64, 128
CLIENT, SERVER = 0, 1
OFFER = mss(1460) + bytes((4, 2)) + timestamps(100, 0) + b"\1" + wscale(7)
START_NS = 1_700_000_000 * 10**9
CLIENT_ISS, SERVER_ISS = 1000, 0xfffffff0   # the server's numbers wrap


def told(lines, addresses=V4, ports=(40000, 8080)):
    """[(ms, who, flags, offset, ack, text length, window, options)] as (nanoseconds, packet)."""
    isses = (CLIENT_ISS, SERVER_ISS)
    for ms, who, flags, offset, acked, length, window, options in lines:
        other = 1 - who
        yield START_NS + ms * 10**6, build(Fields(
            src=addresses[who], dst=addresses[other], sport=ports[who], dport=ports[other], flags=flags, win=window,
            seq=(isses[who] + offset) % 2**32, ack=(isses[other] + acked) % 2**32 if flags & ACK else 0,
            options=options, text=bytes(65 + (offset + i) % 26 for i in range(length))))


def opening(options=OFFER):
    return [(0, CLIENT, SYN, 0, 0, 0, 65535, options), (1, SERVER, SYN | ACK, 0, 1, 0, 65535, options),
            (2, CLIENT, ACK, 1, 1, 0, 512, b"")]


def closing(ms, sent, got):
    return [(ms, CLIENT, FIN | ACK, sent, got, 0, 512, b""), (ms + 1, SERVER, FIN | ACK, got, sent + 1, 0, 512, b""),
            (ms + 2, CLIENT, ACK, sent + 1, got + 1, 0, 512, b"")]


STORIES = {
    "open-and-close": opening() + closing(5, 1, 1),
    "request": [*opening(), (3, CLIENT, PUSH | ACK, 1, 1, 100, 512, b""), (4, SERVER, ACK, 1, 101, 0, 512, b""),
                (5, SERVER, PUSH | ACK, 1, 101, 200, 512, b""), (6, CLIENT, ACK, 101, 201, 0, 512, b""),
                *closing(8, 101, 201)],
    "plain": [*opening(b""), (3, CLIENT, PUSH | ACK, 1, 1, 10, 512, b""), *closing(8, 11, 1)],
    "lost-and-sent-again": [*opening(), (3, CLIENT, ACK, 1, 1, 100, 512, b""), (4, CLIENT, ACK, 201, 1, 100, 512, b""),
                            (5, SERVER, ACK, 1, 101, 0, 512, b"\1\1" + sack(1201, 1301)),
                            (300, CLIENT, PUSH | ACK, 101, 1, 100, 512, b""), (301, SERVER, ACK, 1, 301, 0, 512, b"")],
    "refused": [(0, CLIENT, SYN, 0, 0, 0, 65535, OFFER), (1, SERVER, RST | ACK, 0, 1, 0, 0, b"")],
    "window-shut": [*opening(), (3, CLIENT, PUSH | ACK, 1, 1, 100, 512, b""), (4, SERVER, ACK, 1, 101, 0, 0, b""),
                    (300, CLIENT, ACK, 100, 1, 0, 512, b""), (301, SERVER, ACK, 1, 101, 0, 0, b""),
                    (400, SERVER, ACK, 1, 101, 0, 512, b"")],
    "congestion-marks": [(0, CLIENT, SYN | ECE | CWR, 0, 0, 0, 65535, OFFER),
                         (1, SERVER, SYN | ACK | ECE, 0, 1, 0, 65535, OFFER), *closing(9, 1, 1)],
    "middle-only": [(3, CLIENT, PUSH | ACK, 1, 1, 100, 512, b""), (4, SERVER, ACK, 1, 101, 0, 512, b"")],
}


def framed(packet, link):
    version = packet[0] >> 4
    kind = struct.pack("!H", 0x0800 if version == 4 else 0x86DD)
    return {RAW: b"", ETHERNET: bytes(12) + kind, COOKED: bytes((0, 0, 0, 1, 0, 6)) + bytes(8) + kind,
            NULL: struct.pack("<I", 2 if version == 4 else 10)}[link] + packet


def pcap(packets, link=RAW, order="<", nano=False, snap=65535):
    out = struct.pack(f"{order}IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snap, link)
    for at, packet in packets:
        frame = framed(packet, link)
        part = at % 10**9 // (1 if nano else 1000)
        out += struct.pack(f"{order}IIII", at // 10**9, part, min(len(frame), snap), len(frame)) + frame[:snap]
    return out


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + size + body + size


def pcapng(packets, link=RAW, order="<", resolution=9):
    out = block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    option = struct.pack(f"{order}HHB3xHH", 9, 1, resolution, 0, 0)
    out += block(order, 1, struct.pack(f"{order}HHI", link, 0, 65535) + option)
    for at, packet in packets:
        frame = framed(packet, link)
        ticks = at // 10**(9 - resolution)
        out += block(order, 6, struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xffffffff, len(frame), len(frame))
                     + frame)
    return out


def files():
    made = {f"{name}.pcap": pcap(told(lines)) for name, lines in STORIES.items()}
    made |= {f"{name}-v6.pcapng": pcapng(told(lines, V6)) for name, lines in STORIES.items()}
    request = list(told(STORIES["request"]))
    other = list(told(STORIES["request"], ports=(40001, 8080)))
    made |= {
        "big-endian.pcap": pcap(request, order=">"),
        "nanoseconds.pcap": pcap(request, nano=True),
        "ethernet.pcap": pcap(request, ETHERNET),
        "cooked.pcap": pcap(request, COOKED),
        "loopback.pcap": pcap(request, NULL),
        "cut.pcap": pcap(request, snap=60),
        "big-endian.pcapng": pcapng(request, ETHERNET, order=">", resolution=6),
        "two-connections.pcapng": pcapng(sorted(request + other)),
        "backwards.pcap": pcap(reversed(request)),
        "damaged.pcap": pcap(request)[:-7],
        "no-packet.pcap": pcap([]),
        "no-capture.pcap": b"no capture at all\n",
        "empty.pcap": b"",
    }
    return made
