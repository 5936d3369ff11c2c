#include <string.h>

#include "program.h"
#include "rare.h"
#include "settings.h"

static const struct {
    const char *name;
    unsigned weight;
} kinds[] = {
#define X(name, weight, text) {#name, weight},
#include "steps.def"
#undef X
};

static const char *const starts[] = {
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "SYN-RECEIVED (simultaneous)",
    "ESTABLISHED",
    "ESTABLISHED (active)",
    "ESTABLISHED, data in flight",
    "ESTABLISHED, zero window",
    "ESTABLISHED, hole in the received data",
    "ESTABLISHED, unread data",
    "ESTABLISHED, fast recovery",
    "ESTABLISHED, timed out",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
    "CLOSED",
};
_Static_assert(sizeof starts / sizeof starts[0] == FZ_STARTS, "a name for every start");

const char *fz_kind_name(fz_kind k)
{
    return (unsigned)k < FZ_KINDS ? kinds[k].name : "?";
}

unsigned fz_kind_weight(fz_kind k)
{
    return (unsigned)k < FZ_KINDS ? kinds[k].weight : 0;
}

const char *fz_start_name(fz_start s)
{
    return (unsigned)s < FZ_STARTS ? starts[s] : "?";
}

static uint16_t mss_class(uint8_t b)
{
    static const uint16_t classes[] = {1460, 1460, 536,  0,    1,    48,    64,  88,
                                       1000, 1220, 1459, 1461, 8960, 65535, 100, 256};
    return classes[b % (sizeof classes / sizeof classes[0])];
}

/* Peer sequence numbers start anywhere, or so that they pass 2^31 or 2^32 soon. */
static uint32_t irs_class(uint8_t kind, uint8_t low)
{
    static const uint32_t bases[] = {0, 0x12345678u, 0xffffffffu, 0x7fffffffu};
    return bases[kind % 4] - (kind & 4 ? (uint32_t)low * 16 : low);
}

/* Where the peer's timestamps begin, from the usual place on: there, at 2^31, in front of 2^32, at 0. */
static uint32_t clock_class(uint8_t b)
{
    static const uint32_t classes[] = {0, 0x00010000u, 0x8000ff00u - 1000, 0x80010000u};
    return classes[b % 4];
}

static void decode_header(fz_header *h, const uint8_t b[FZ_HEADER_BYTES])
{
    *h = (fz_header){
        .start = (fz_start)(b[0] < FZ_STARTS ? b[0] : b[0] % FZ_FIRST_STARTS),
        .linux_preset = b[1] & 1,
        .ipv6 = b[1] & 2,
        .blocking = b[1] & 4,
        .peer_ts = b[1] & 8,
        .peer_sack = b[1] & 16,
        .peer_wscale = b[1] & 32,
        .iss_wraps = b[1] & 64,
        .wscale = b[2],
        .peer_mss = mss_class(b[3]),
        .irs = irs_class(b[4], b[5]),
        .iss_before_wrap = b[6],
        .rcvbuf = b[7],
        .sndbuf = b[8],
        .knobs = b[9],
        .without = b[10],
        .peer_clock = clock_class(b[13]),
        .setting = {b[14], b[15]},
    };
    for (unsigned i = 0; i < FZ_SETTINGS; i++) h->keys |= fz_setting_signs(h->setting[i]);
}

void fz_decode(fz_program *out, const uint8_t *data, size_t len)
{
    uint8_t head[FZ_HEADER_BYTES] = {0};
    size_t head_len = len < FZ_HEADER_BYTES ? len : FZ_HEADER_BYTES;
    if (head_len) memcpy(head, data, head_len);
    decode_header(&out->header, head);
    out->count = out->told_at = 0;
    for (size_t at = FZ_HEADER_BYTES; len >= FZ_STEP_BYTES && at <= len - FZ_STEP_BYTES; at += FZ_STEP_BYTES) {
        if (out->count == FZ_STEPS_MAX) return;
        fz_kind kind = (fz_kind)(data[at] < FZ_KINDS ? data[at] : data[at] % FZ_FIRST_KINDS);
        if (out->header.without >> kind & 1) continue;
        fz_step *s = &out->step[out->count++];
        s->kind = kind;
        s->actor = data[at + 1];
        memcpy(s->arg, data + at + 2, FZ_ARGS);
        out->header.keys |= kind == FZ_AUTH || (kind == FZ_RARE && fz_rare_signs(s)) ||
                            (kind == FZ_KNOB && fz_setting_signs(s->arg[0]));
    }
}
