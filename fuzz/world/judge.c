#include "judge.h"

#include <string.h>

#include "../../conformance/packet/encode.h"

/* What the callbacks of the oracles need to know: whose stream it is. */
static struct {
    uint32_t iss;
    uint64_t from; /* text holds the stream from there on */
    uint8_t text[FZ_WORLD_MTU];
    uint32_t key;
} stream;

/* The segment at hand is asked byte by byte: they are made in one go. */
static void listen_to(uint32_t key, uint32_t iss, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    uint32_t len = p->text_len < FZ_WORLD_MTU ? p->text_len : FZ_WORLD_MTU;
    stream.key = key;
    stream.iss = iss;
    stream.from = t->seq - iss - 1 + ((t->flags & CF_SYN) ? 1 : 0);
    fz_talk_bytes(key, stream.from, stream.text, len);
}

static uint8_t byte_at(uint64_t offset)
{
    uint64_t at = offset - stream.from;
    return at < FZ_WORLD_MTU ? stream.text[at] : fz_talk_byte(stream.key, offset);
}

static uint8_t byte_of_seq(uint32_t seq)
{
    return byte_at(seq - stream.iss - 1);
}

/* pace.h knows how fast the window of Reno grows, and that preset linux counts in its own way. */
static bool own_way(const fz_host_plan *h)
{
    bool own = h->linux_preset;
    for (unsigned i = 0; i < h->knobs; i++) own |= strcmp(h->knob[i].name, "net.ipv4.tcp_congestion_control") == 0;
    return own;
}

void fz_judge_begin(fz_judge *j, const fz_talk *t, const fz_host_plan *const hosts[2])
{
    memset(j, 0, sizeof *j);
    for (unsigned i = 0; i < 2; i++) {
        j->side[i].key = t->end[i].key;
        j->side[i].conn.takes_beyond = j->side[i].conn.closes_when_full = j->side[i].conn.offers_again =
            hosts[i]->linux_preset;
        j->side[i].pace.linux_preset = own_way(hosts[i]);
    }
}

void fz_judge_sent(fz_judge *j, unsigned side, rs_time at, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (t->flags & CF_SYN) j->side[side].iss = t->seq;
    listen_to(j->side[side].key, j->side[side].iss, p);
    fz_conn_sent(&j->side[side].conn, at, p, byte_at);
}

void fz_judge_arrives(fz_judge *j, unsigned side, const cf_packet *p)
{
    listen_to(j->side[!side].key, j->side[!side].iss, p);
    fz_conn_arrives(&j->side[side].conn, p, byte_of_seq);
}
