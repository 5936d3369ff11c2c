#include "dialogue.h"

#include <stdarg.h>

#include "../packet/print.h"
#include "../script/fmt.h"
#include "../text/mem.h"

#define FNV_START UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

void cf_dialogue_init(cf_dialogue *d, bool on, cf_pcap *pcap)
{
    *d = (cf_dialogue){.on = on, .hash = FNV_START, .pcap = pcap};
}

void cf_dialogue_free(cf_dialogue *d)
{
    for (uint32_t i = 0; i < d->count; i++) free(d->line[i].text);
    free(d->line);
    *d = (cf_dialogue){0};
}

static void keep(cf_dialogue *d, int64_t at_us, const char *kind, uint32_t line, char *text)
{
    if (d->count >= CF_DIALOGUE_MAX) {
        d->dropped++;
        free(text);
        return;
    }
    d->line = cf_mem_grow(d->line, d->count, &d->cap, sizeof *d->line);
    cf_story_line *l = &d->line[d->count++];
    *l = (cf_story_line){.at_us = at_us, .text = text, .line = line};
    snprintf(l->kind, sizeof l->kind, "%s", kind);
}

void cf_dialogue_say(cf_dialogue *d, int64_t at_us, const char *kind, uint32_t line, const char *fmt, ...)
{
    if (!d->on) return;
    cf_buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    cf_buf_vprintf(&b, fmt, ap);
    va_end(ap);
    cf_buf_make_printable(&b);
    keep(d, at_us, kind, line, cf_mem_str(cf_buf_str(&b)));
    cf_buf_free(&b);
}

void cf_dialogue_raise(cf_dialogue *d, uint32_t mark)
{
    if (mark + 1 >= d->count) return;
    cf_story_line one = d->line[d->count - 1];
    while (mark < d->count - 1 && d->line[mark].at_us < one.at_us) mark++;
    memmove(&d->line[mark + 1], &d->line[mark], (d->count - 1 - mark) * sizeof one);
    d->line[mark] = one;
}

static void hash_bytes(uint64_t *h, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) *h = (*h ^ b[i]) * FNV_PRIME;
}

static void hash_number(uint64_t *h, uint64_t v)
{
    for (int i = 0; i < 8; i++) *h = (*h ^ (uint8_t)(v >> 8 * i)) * FNV_PRIME;
}

uint32_t cf_dialogue_packet(cf_dialogue *d, cf_dir dir, int64_t live_us, const uint8_t *bytes, size_t len)
{
    int64_t at_us = live_us - d->live_start_us;
    hash_number(&d->hash, (uint64_t)at_us);
    hash_number(&d->hash, (uint64_t)dir << 32 | len);
    hash_bytes(&d->hash, bytes, len);
    if (dir == CF_IN) d->packets_in++;
    else d->packets_out++;
    return d->pcap ? cf_pcap_add(d->pcap, at_us, dir == CF_IN, bytes, len) : 0;
}

char *cf_dialogue_frame_text(const cf_sock *s, const cf_packet *frame)
{
    cf_pkt shown;
    cf_opt_spec opts[CF_TCP_OPTS_MAX];
    uint32_t odd;
    char text[600];
    if (!s || !cf_packet_tcp(frame) || frame->layers != 2) {
        cf_print_packet(frame, !s, text, sizeof text);
        return cf_mem_str(text);
    }
    cf_map_to_script(s, frame, &shown, opts, &odd);
    cf_buf b = {0};
    cf_fmt_packet(&b, &shown);
    return cf_buf_take(&b);
}

void cf_dialogue_frame(cf_dialogue *d, int64_t live_us, const cf_sock *s, const cf_packet *frame, uint32_t line,
                       const char *remark)
{
    if (!d->on) return;
    char *text = cf_dialogue_frame_text(s, frame);
    cf_dialogue_say(d, live_us - d->live_start_us, "out", line, "%s%s%s", text, remark[0] ? "   " : "", remark);
    free(text);
}

void cf_dialogue_hear(void *ctx, int64_t live_us, const char *kind, const char *text, const char *rfc)
{
    cf_dialogue *d = ctx;
    bool cited = rfc && !strstr(text, rfc);
    cf_dialogue_say(d, live_us - d->live_start_us, kind, 0, "%s%s%s%s", text, cited ? " (RFC " : "", cited ? rfc : "",
                    cited ? ")" : "");
}
