/* pcap.c — pcapng: a section header block, one interface description block, one enhanced packet block for each packet.
 * Everything is little-endian and padded to 4 bytes. */
#include "pcap.h"

#include <errno.h>

#include "../text/buf.h"
#include "../text/mem.h"

enum {
    BLOCK_SECTION = 0x0A0D0D0A,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1A2B3C4D,
    LINKTYPE_RAW = 101,
    OPT_END = 0,
    OPT_COMMENT = 1,
    OPT_IF_NAME = 2,
    OPT_USERAPPL = 4,
    OPT_FLAGS = 2,
    FLAG_INBOUND = 1,
    FLAG_OUTBOUND = 2,
    COMMENT_MAX = 400
};

typedef struct frame {
    int64_t at_us;
    uint32_t number;
    bool inbound;
    uint8_t *bytes;
    size_t len;
    char *comment;
} frame;

struct cf_pcap {
    char *section;
    frame *items;
    uint32_t count, cap;
};

cf_pcap *cf_pcap_new(const char *section)
{
    cf_pcap *p = cf_mem_zero(1, sizeof *p);
    p->section = cf_mem_str(section);
    return p;
}

void cf_pcap_free(cf_pcap *p)
{
    if (!p) return;
    for (uint32_t i = 0; i < p->count; i++) {
        free(p->items[i].bytes);
        free(p->items[i].comment);
    }
    free(p->items);
    free(p->section);
    free(p);
}

uint32_t cf_pcap_add(cf_pcap *p, int64_t at_us, bool inbound, const uint8_t *bytes, size_t len)
{
    p->items = cf_mem_grow(p->items, p->count, &p->cap, sizeof *p->items);
    frame *f = &p->items[p->count];
    *f = (frame){.at_us = at_us, .number = p->count, .inbound = inbound, .len = len};
    f->bytes = cf_mem_or_die(malloc(len ? len : 1));
    memcpy(f->bytes, bytes, len);
    return p->count++;
}

void cf_pcap_comment(cf_pcap *p, uint32_t number, const char *fmt, ...)
{
    char text[COMMENT_MAX];
    va_list ap;
    if (!p || number >= p->count) return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    free(p->items[number].comment);
    p->items[number].comment = cf_mem_str(text);
}

/* ---------- writing ---------- */

static void put16(cf_buf *b, uint32_t v)
{
    cf_buf_putc(b, (char)(v & 0xff));
    cf_buf_putc(b, (char)(v >> 8 & 0xff));
}

static void put32(cf_buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

static void pad(cf_buf *b)
{
    while (b->len % 4) cf_buf_putc(b, '\0');
}

static void put_option(cf_buf *b, uint16_t code, const char *value, size_t len)
{
    put16(b, code);
    put16(b, (uint32_t)len);
    cf_buf_put(b, value, len);
    pad(b);
}

static void put_block(cf_buf *out, uint32_t type, const cf_buf *body)
{
    uint32_t len = (uint32_t)body->len + 12;
    put32(out, type);
    put32(out, len);
    cf_buf_put(out, cf_buf_str(body), body->len);
    put32(out, len);
}

static void put_section(cf_buf *out, const char *comment)
{
    cf_buf b = {0};
    put32(&b, BYTE_ORDER_MAGIC);
    put16(&b, 1);
    put16(&b, 0);
    put32(&b, UINT32_MAX); /* section length: not given */
    put32(&b, UINT32_MAX);
    put_option(&b, OPT_COMMENT, comment, strlen(comment));
    put_option(&b, OPT_USERAPPL, "tcprove", 7);
    put_option(&b, OPT_END, "", 0);
    put_block(out, BLOCK_SECTION, &b);
    cf_buf_clear(&b);
    put16(&b, LINKTYPE_RAW);
    put16(&b, 0);
    put32(&b, 0); /* no limit on the length */
    put_option(&b, OPT_IF_NAME, "tun0", 4);
    put_option(&b, OPT_END, "", 0);
    put_block(out, BLOCK_INTERFACE, &b);
    cf_buf_free(&b);
}

static void put_frame(cf_buf *out, const frame *f)
{
    cf_buf b = {0};
    uint64_t at = f->at_us > 0 ? (uint64_t)f->at_us : 0;
    put32(&b, 0);
    put32(&b, (uint32_t)(at >> 32));
    put32(&b, (uint32_t)at);
    put32(&b, (uint32_t)f->len);
    put32(&b, (uint32_t)f->len);
    cf_buf_put(&b, (const char *)f->bytes, f->len);
    pad(&b);
    if (f->comment) put_option(&b, OPT_COMMENT, f->comment, strlen(f->comment));
    put16(&b, OPT_FLAGS);
    put16(&b, 4);
    put32(&b, f->inbound ? FLAG_INBOUND : FLAG_OUTBOUND);
    put_option(&b, OPT_END, "", 0);
    put_block(out, BLOCK_PACKET, &b);
    cf_buf_free(&b);
}

static int by_time(const void *a, const void *b)
{
    const frame *x = a, *y = b;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

bool cf_pcap_write(const cf_pcap *p, const char *path, char *why, size_t why_cap)
{
    cf_buf out = {0};
    frame *sorted = cf_mem_or_die(malloc((p->count ? p->count : 1) * sizeof *sorted));
    if (p->count) memcpy(sorted, p->items, p->count * sizeof *sorted);
    qsort(sorted, p->count, sizeof *sorted, by_time);
    put_section(&out, p->section);
    for (uint32_t i = 0; i < p->count; i++) put_frame(&out, &sorted[i]);
    free(sorted);
    bool aloud = strcmp(path, CF_PCAP_STDOUT) == 0;
    FILE *f = aloud ? stdout : fopen(path, "wb");
    bool ok = f && fwrite(cf_buf_str(&out), 1, out.len, f) == out.len;
    if (f && (aloud ? fflush(f) : fclose(f)) != 0) ok = false;
    if (!ok) snprintf(why, why_cap, "%s: %s", path, strerror(errno));
    cf_buf_free(&out);
    return ok;
}
