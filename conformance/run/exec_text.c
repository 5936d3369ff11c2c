/* exec_text.c — text that follows from its numbers (--numbered_text): what is injected, and what users read. */
#include <stdio.h>

#include "../packet/encode.h"
#include "exec.h"

enum { OOB = 1, PEEK = 2, TRUNC = 0x20, ERRQUEUE = 0x2000 };

/* No two neighbours alike, and no short period. */
static uint8_t byte_at(uint32_t offset)
{
    uint32_t n = (offset + 1) * UINT32_C(2654435761);
    return (uint8_t)(n >> 24 ^ n >> 9);
}

static uint32_t offset_of(const cf_sock *s, const cf_pkt *live)
{
    return live->seq - s->remote_isn - (live->flags & CF_SYN ? 0 : 1);
}

void cf_exec_text_fill(const cf_sock *s, const cf_pkt *live, uint8_t *out)
{
    for (uint32_t i = 0; i < live->len; i++) out[i] = byte_at(offset_of(s, live) + i);
}

static bool reads(const cf_marshal *m)
{
    cf_call_id id = m->desc->id;
    return id == CF_CALL_read || id == CF_CALL_readv || id == CF_CALL_recv || id == CF_CALL_recvfrom ||
           id == CF_CALL_recvmsg;
}

static int64_t flags_of(const cf_marshal *m)
{
    return m->desc->id == CF_CALL_read || m->desc->id == CF_CALL_readv ? 0 : m->in.num[0];
}

bool cf_exec_text_read(cf_exec *x, const cf_marshal *m, const cf_call_out *out, char *why, size_t cap)
{
    if (!x->set.numbered_text || x->text_lost || out->result <= 0) return true;
    if (m->desc->id == CF_CALL_splice) x->text_lost = true;
    if (!reads(m) || flags_of(m) & (OOB | PEEK | ERRQUEUE)) return true;
    cf_sock *s = cf_map_by_fd(&x->map, (int)m->script_fd);
    if (!s || s->proto != CF_P_TCP) { /* whose text it takes is not known */
        x->text_lost = true;
        return true;
    }
    uint32_t from = s->text_got, n = (uint32_t)out->result;
    s->text_got += n;
    if (flags_of(m) & TRUNC || m->in.buf_null) return true;
    for (uint32_t i = 0; i < n; i++) {
        if (m->in.buf[i] == byte_at(from + i)) continue;
        snprintf(why, cap, "byte %u of the stream is not the one that was sent with this number", from + i);
        return false;
    }
    return true;
}
