"""Seeds of fuzz_api: short stories of descriptors and clients, told in its steps (fuzz/target/fuzz_api.c)."""

SOCKET, LISTEN, CONNECT, ACCEPT, DUP, CLOSE, CREATE, CTL, WAIT, SEND, RECV, POLL, SHUTDOWN, SLEEP, COOKIES = (
    0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16)
SYN, ACK, TEXT, FIN, RST, FLOOD = range(0x80, 0x86)
ADD, DEL, MOD = 0, 1, 2
HOSTS = {"plenty": 0, "few": 1, "short": 2, "two": 3}
LINUX = 4


def step(kind, who=0, a=0, b=0):
    return bytes((kind, who, a, b))


def comes(client):
    return [step(SYN, client), step(ACK, client)]


STORIES = {
    "accept": [step(LISTEN, a=3), *comes(1), step(ACCEPT), step(TEXT, 1, 9), step(RECV, 1, 99), step(SEND, 1, 50),
               step(FIN, 1), step(CLOSE, 1), step(SLEEP, 19)],
    "backlog": [step(LISTEN, a=1), *[s for n in range(6) for s in comes(n)], *[step(ACCEPT)] * 6, step(SLEEP, 12)],
    "flood": [step(LISTEN, a=5), *[step(FLOOD, n, 31) for n in range(6)], *comes(3), step(ACCEPT), step(SLEEP, 16)],
    "flood-with-cookies": [step(COOKIES, a=2), step(LISTEN, a=2), step(FLOOD, 1, 31), *comes(3), step(ACCEPT)],
    "references": [step(SOCKET), step(DUP), step(DUP, 1), step(DUP, 0, 1, 5), step(CLOSE, 0), step(CLOSE, 1),
                   step(SOCKET), step(CLOSE, 5), step(CLOSE, 2), step(CLOSE, 2)],
    "watch-outlives-its-number": [step(CREATE), step(LISTEN, a=2), step(DUP, 1), step(CTL, 0, 1, ADD), step(CLOSE, 1),
                                  *comes(4), step(WAIT, 0, 3), step(CLOSE, 2), step(WAIT, 0, 3), step(SOCKET),
                                  step(CTL, 0, 1, ADD)],
    "watches": [step(CREATE), step(SOCKET), step(CTL, 0, 1, ADD), step(CTL, 0, 1, ADD), step(CTL, 0, 1, MOD),
                step(CTL, 0, 1, DEL), step(CTL, 0, 1, DEL), step(CTL, 0, 0, ADD), step(WAIT, 1), step(WAIT, 0)],
    "set-closed-first": [step(CREATE), step(DUP), step(LISTEN, a=2), step(CTL, 1, 2, ADD), step(CLOSE), *comes(1),
                         step(WAIT, 1), step(CLOSE, 1), step(WAIT, 1)],
    "everything-open": [*[step(SOCKET)] * 25, step(CREATE), *[step(CLOSE, n) for n in range(0, 20, 2)],
                        *[step(SOCKET)] * 9],
    "connecting": [step(SOCKET), step(CONNECT, 0, 7), step(POLL), step(SLEEP, 10), step(SHUTDOWN, 0, 1),
                   step(SLEEP, 18)],
    "listener-closed-with-waiting": [step(LISTEN, a=4), *comes(1), *comes(2), step(SYN, 3), step(CLOSE),
                                     step(SLEEP, 15)],
    "reset-before-accept": [step(LISTEN, a=4), *comes(1), step(RST, 1), step(ACCEPT), step(POLL)],
}


def files():
    made = {"empty": b""}
    for name, steps in STORIES.items():
        for host, number in HOSTS.items():
            made[f"{name}-{host}"] = bytes((number + LINUX * (len(name) % 2),)) + b"".join(steps)
    return made
