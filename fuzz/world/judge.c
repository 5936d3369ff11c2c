#include "judge.h"

#include <string.h>

#include "../prog/settings.h"

/* What the callback of the oracles needs to know: whose stream it is. */
static uint32_t stream_key;

static void bytes_of_offset(uint64_t offset, uint8_t *out, size_t len)
{
    fz_bytes(stream_key, offset, out, len);
}

/* pace.h knows how fast the window of Reno grows, and that preset linux counts in its own way. */
static bool own_way(const fz_host_plan *h)
{
    bool own = h->linux_preset;
    for (unsigned i = 0; i < h->knobs; i++) own |= strcmp(h->knob[i].name, "net.ipv4.tcp_congestion_control") == 0;
    return own;
}

/* Timeouts have other limits than usual, or grow otherwise. */
static bool own_times(const fz_host_plan *h)
{
    for (unsigned i = 0; i < h->knobs; i++)
        if (fz_knob_touches(h->knob[i].name) & FZ_TOUCH_TIMES) return true;
    return false;
}

void fz_judge_begin(fz_judge *j, const fz_talk *t, const fz_host_plan *const hosts[2])
{
    memset(j, 0, sizeof *j);
    for (unsigned i = 0; i < 2; i++) {
        j->side[i].key = t->end[i].key;
        j->side[i].conn.takes_beyond = j->side[i].conn.closes_when_full = j->side[i].conn.offers_again =
            hosts[i]->linux_preset;
        j->side[i].pace.linux_preset = own_way(hosts[i]);
        j->side[i].pace.knobs_change = own_times(hosts[i]);
    }
}

void fz_judge_sent(fz_judge *j, unsigned side, rs_time at, const cf_packet *p)
{
    stream_key = j->side[side].key;
    fz_conn_sent(&j->side[side].conn, at, p, bytes_of_offset);
}

/* Whose text was seen when it was sent, and what the users read is compared with what they wrote (O50: talk.h). */
void fz_judge_arrives(fz_judge *j, unsigned side, const cf_packet *p)
{
    fz_conn_arrives(&j->side[side].conn, p, NULL);
}
