/* seen.c — frames that follow each other joined to one packet. */
#include <stdlib.h>

#include "../packet/encode.h"
#include "../text/mem.h"
#include "match.h"

void cf_seen_clear(cf_seen *s)
{
    free(s->bytes);
    *s = (cf_seen){0};
}

static bool zeros(const uint8_t *b, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        if (b[i]) return false;
    return true;
}

static bool same_headers(const cf_packet *a, const cf_packet *b)
{
    if (a->layers != b->layers) return false;
    for (uint8_t i = 0; i < a->layers; i++)
        if (a->layer[i].kind != b->layer[i].kind) return false;
    return true;
}

/* NULL, or the field in which a further frame does not fit the one before. FIN, PSH and CWR may differ. */
static const char *misfit(const cf_seen *s, const cf_packet *f)
{
    const cf_tcp *a = cf_packet_tcp(&s->p), *b = cf_packet_tcp(f);
    const cf_ip *ia = cf_packet_ip(&s->p), *ib = cf_packet_ip(f);
    enum { MAY_DIFFER = CF_FIN | CF_PSH | CF_CWR };
    if (!same_headers(&s->p, f) || !a || !b || !ia || !ib) return "headers";
    if (b->seq != a->seq + s->frame_text) return "tcp_seq";
    if (b->ack != a->ack) return "tcp_ack_seq";
    if (b->win != a->win) return "tcp_window";
    if (b->urp != a->urp) return "tcp_urg_ptr";
    if (b->doff != a->doff) return "tcp_data_offset";
    if (ia->ttl != ib->ttl) return "ttl";
    if ((a->flags ^ b->flags) & ~MAY_DIFFER) return "tcp flags";
    if (s->frame_text != s->first_text) return "payload size"; /* only the last one may differ */
    return NULL;
}

/* The frame's bytes are lent; the packet is decoded again from our own copy. */
static void keep_frame(cf_seen *s, const cf_packet *f)
{
    free(s->bytes);
    s->bytes = cf_mem_or_die(malloc(f->len ? f->len : 1));
    memcpy(s->bytes, f->bytes, f->len);
    s->len = f->len;
    cf_packet_decode(&s->p, s->bytes, s->len);
    s->frame_text = s->p.text_len;
}

bool cf_seen_add(cf_seen *s, const cf_packet *frame, int64_t at_us, const char **why)
{
    uint32_t whole = s->p.text_len;
    *why = s->frames ? misfit(s, frame) : NULL;
    if (*why) return false;
    const cf_tcp *t = cf_packet_tcp(frame);
    if (!s->frames) {
        s->text_zero = true;
        s->first_text = frame->text_len;
        s->first_cwr = t && (t->flags & CF_CWR);
        whole = 0;
    }
    s->text_zero = s->text_zero && zeros(frame->text, frame->text_len);
    keep_frame(s, frame);
    s->p.text_len = whole + s->frame_text;
    s->frames++;
    s->at_us = at_us;
    return true;
}
