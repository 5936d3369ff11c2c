/* A block is: type, total length, body, total length again; everything in units of four bytes. */
#include "pcapng.h"

#include <string.h>

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, LINKTYPE_RAW = 101, SNAPLEN = 262144 };
enum { OPT_END = 0, OPT_COMMENT = 1, OPT_IF_NAME = 2, OPT_IF_TSRESOL = 9, OPT_EPB_FLAGS = 2 };
enum { TEXT_MAX = 65535 };

static void le16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static void le32(uint8_t *p, uint32_t v)
{
    le16(p, v);
    le16(p + 2, v >> 16);
}

static uint32_t padded(size_t n)
{
    return (uint32_t)((n + 3) & ~(size_t)3);
}

/* Bytes, then zeros up to a multiple of four. */
static bool emit(const rs_pcapng *w, const void *data, size_t len)
{
    static const uint8_t zeros[4];
    if (len && !w->sink(w->ctx, data, len)) return false;
    size_t pad = padded(len) - len;
    return !pad || w->sink(w->ctx, zeros, pad);
}

static size_t text_len(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    return n < TEXT_MAX ? n : TEXT_MAX;
}

/* Bytes of an option with n bytes of value; a text option that is not there takes none. */
static uint32_t option_size(size_t n)
{
    return 4 + padded(n);
}
static uint32_t text_size(const char *text)
{
    return text ? option_size(text_len(text)) : 0;
}

static bool emit_option(const rs_pcapng *w, unsigned code, const void *value, size_t len)
{
    uint8_t head[4];
    le16(head, code);
    le16(head + 2, (uint32_t)len);
    return emit(w, head, sizeof head) && emit(w, value, len);
}

static bool emit_text(const rs_pcapng *w, unsigned code, const char *text)
{
    return !text || emit_option(w, code, text, text_len(text));
}

/* The end of the options and of a block of `total` bytes. */
static bool emit_end(const rs_pcapng *w, uint32_t total)
{
    uint8_t tail[8];
    le32(tail, OPT_END);
    le32(tail + 4, total);
    return emit(w, tail, sizeof tail);
}

static bool emit_section(const rs_pcapng *w, const char *comment)
{
    uint8_t head[24];
    uint32_t total = (uint32_t)sizeof head + text_size(comment) + 8;
    le32(head, BLOCK_SECTION);
    le32(head + 4, total);
    le32(head + 8, BYTE_ORDER_MAGIC);
    le16(head + 12, 1);
    le16(head + 14, 0);
    memset(head + 16, 0xff, 8); /* length of the section: not said */
    return emit(w, head, sizeof head) && emit_text(w, OPT_COMMENT, comment) && emit_end(w, total);
}

static bool emit_interface(const rs_pcapng *w, const char *name)
{
    static const uint8_t microseconds = 6;
    uint8_t head[16];
    uint32_t total = (uint32_t)sizeof head + text_size(name) + option_size(1) + 8;
    le32(head, BLOCK_INTERFACE);
    le32(head + 4, total);
    le16(head + 8, LINKTYPE_RAW);
    le16(head + 10, 0);
    le32(head + 12, SNAPLEN); /* what libpcap takes for "no limit" in all its versions */
    return emit(w, head, sizeof head) && emit_text(w, OPT_IF_NAME, name) &&
           emit_option(w, OPT_IF_TSRESOL, &microseconds, 1) && emit_end(w, total);
}

bool rs_pcapng_begin(const rs_pcapng *w, const char *comment, const char *interface)
{
    return emit_section(w, comment) && emit_interface(w, interface);
}

bool rs_pcapng_packet(const rs_pcapng *w, rs_time at, rs_pcapng_dir dir, rs_bytes pkt, const char *comment)
{
    uint8_t head[28], flags[4];
    uint64_t us = at.us > 0 ? (uint64_t)at.us : 0;
    uint32_t total = (uint32_t)sizeof head + padded(pkt.len) + text_size(comment) + option_size(sizeof flags) + 8;
    le32(head, BLOCK_PACKET);
    le32(head + 4, total);
    le32(head + 8, 0); /* the one interface */
    le32(head + 12, (uint32_t)(us >> 32));
    le32(head + 16, (uint32_t)us);
    le32(head + 20, (uint32_t)pkt.len);
    le32(head + 24, (uint32_t)pkt.len);
    le32(flags, (uint32_t)dir);
    return emit(w, head, sizeof head) && emit(w, pkt.data, pkt.len) && emit_text(w, OPT_COMMENT, comment) &&
           emit_option(w, OPT_EPB_FLAGS, flags, sizeof flags) && emit_end(w, total);
}
