#include "capture_fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/encode.h"
#include "fixture.h"

#define SYN_OPTS "\2\4\5\xb4\1\3\3\7", 8

const beat whole[10] = {
    {0, '>', "S", 0, 0, 0, 64240, SYN_OPTS, 0},    {1, '<', "S.", 0, 0, 1, 65160, SYN_OPTS, 0},
    {2, '>', ".", 1, 0, 1, 502, NULL, 0, 0},       {3, '>', "P.", 1, 100, 1, 502, NULL, 0, 7},
    {4, '<', ".", 1, 0, 101, 509, NULL, 0, 0},     {20, '<', "P.", 1, 100, 101, 509, NULL, 0, 9},
    {21, '>', ".", 101, 0, 101, 501, NULL, 0, 0},  {30, '>', "F.", 101, 0, 101, 501, NULL, 0, 0},
    {31, '<', "F.", 101, 0, 102, 509, NULL, 0, 0}, {32, '>', ".", 102, 0, 102, 501, NULL, 0, 0},
};

static uint16_t flags_of(const char *text)
{
    static const char letters[] = "FSRP.UEWA";
    uint16_t f = 0;
    for (; *text; text++) f |= (uint16_t)(1u << (strchr(letters, *text) - letters));
    return f;
}

static void set_addr(cf_addr *a, int end, bool six)
{
    static const uint8_t v4[2][4] = {{192, 0, 2, 1}, {192, 168, 0, 1}};
    memset(a, 0, sizeof *a);
    a->family = six ? 6 : 4;
    if (six) {
        a->b[0] = 0xfd;
        a->b[15] = (uint8_t)(end + 1);
    } else {
        memcpy(a->b, v4[end], 4);
    }
}

uint32_t beat_bytes(uint8_t *out, size_t cap, const shape *sh, const beat *b)
{
    static const uint16_t ports[2] = {4000, 80};
    static uint8_t payload[65536];
    int from = b->dir == '<';
    const char *why;
    cf_build build = {0};
    cf_layer *ip = cf_build_add(&build, sh->six ? CF_L_IPV6 : CF_L_IPV4);
    set_addr(&ip->u.ip.src, from, sh->six);
    set_addr(&ip->u.ip.dst, !from, sh->six);
    if (sh->ttl) ip->u.ip.ttl = sh->ttl;
    cf_layer *t = cf_build_add(&build, CF_L_TCP);
    t->u.tcp.sport = sh->port[from] ? sh->port[from] : ports[from];
    t->u.tcp.dport = sh->port[!from] ? sh->port[!from] : ports[!from];
    t->u.tcp.flags = flags_of(b->flags);
    t->u.tcp.seq = sh->isn[from] + b->seq;
    t->u.tcp.ack = t->u.tcp.flags & CF_ACK ? sh->isn[!from] + b->ack : 0;
    t->u.tcp.win = b->win;
    t->u.tcp.opt_bytes = (const uint8_t *)b->opts;
    t->u.tcp.opt_len = b->opt_len;
    memset(payload, b->fill, b->len);
    build.text = payload;
    build.text_len = b->len;
    size_t n = cf_encode(&build, out, cap, &why);
    if (!n) {
        fprintf(stderr, "beat_bytes: %s\n", why);
        abort();
    }
    return (uint32_t)n;
}

void story_more(cf_capture *c, const shape *sh, const beat *b, size_t n)
{
    static uint8_t bytes[66000];
    char why[200];
    for (size_t i = 0; i < n; i++) {
        uint32_t len = beat_bytes(bytes, sizeof bytes, sh, &b[i]);
        if (!cf_capture_add(c, sh->start_ns + b[i].ms * 1000000ll, bytes, len, why, sizeof why)) abort();
    }
}

void story(cf_capture *c, const shape *sh, const beat *b, size_t n)
{
    cf_capture_start(c, "story", false);
    story_more(c, sh, b, n);
}

static void put32(cf_buf *out, uint32_t v)
{
    for (int i = 0; i < 4; i++) cf_buf_putc(out, (char)(v >> (8 * i) & 255));
}

static void put_head(cf_buf *out, uint32_t linktype)
{
    put32(out, 0xa1b2c3d4);
    put32(out, 2 | 4 << 16);
    put32(out, 0);
    put32(out, 0);
    put32(out, 262144);
    put32(out, linktype);
}

static void put_frame(cf_buf *out, int64_t ns, const uint8_t *bytes, uint32_t len)
{
    put32(out, (uint32_t)(ns / 1000000000));
    put32(out, (uint32_t)(ns % 1000000000 / 1000));
    put32(out, len);
    put32(out, len);
    cf_buf_put(out, (const char *)bytes, len);
}

/* tree_put takes texts; a capture has zero bytes. */
static const char *put_file(const char *name, cf_buf *b)
{
    const char *path = tree_put(name, "");
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(cf_buf_str(b), 1, b->len, f) != b->len) abort();
    fclose(f);
    cf_buf_free(b);
    return path;
}

const char *story_file(const char *name, const shape *sh, const beat *b, size_t n)
{
    static uint8_t bytes[66000];
    cf_buf out = {0};
    put_head(&out, 101);
    for (size_t i = 0; i < n; i++) {
        uint32_t len = beat_bytes(bytes, sizeof bytes, sh, &b[i]);
        put_frame(&out, sh->start_ns + b[i].ms * 1000000ll, bytes, len);
    }
    return put_file(name, &out);
}

const char *frames_file(const char *name, uint32_t linktype, const uint8_t *const *frame, const uint32_t *len, size_t n)
{
    cf_buf out = {0};
    put_head(&out, linktype);
    for (size_t i = 0; i < n; i++) put_frame(&out, (int64_t)i, frame[i], len[i]);
    return put_file(name, &out);
}
