#include "mac.h"

#include <stdbool.h>
#include <string.h>

#include "wipe.h"

static const struct {
    const char *name;
    size_t len;
} kinds[RS_MACS] = {[RS_HMAC_SHA1] = {"hmac(sha1)", RS_SHA1_BYTES},
                    [RS_CMAC_AES128] = {"cmac(aes128)", RS_AES_BYTES},
                    [RS_HMAC_SHA256] = {"hmac(sha256)", RS_SHA256_BYTES}};

rs_mac_kind rs_mac_find(const char *name)
{
    unsigned i = 0;
    while (i < RS_MACS && strcmp(kinds[i].name, name) != 0) i++;
    return (rs_mac_kind)i;
}

const char *rs_mac_name(rs_mac_kind kind)
{
    return kinds[kind].name;
}

size_t rs_mac_len(rs_mac_kind kind)
{
    return kinds[kind].len;
}

/* --- HMAC: H(key ^ opad, H(key ^ ipad, text)) */

static rs_sha_kind digest_of(rs_mac_kind kind)
{
    return kind == RS_HMAC_SHA1 ? RS_SHA1 : RS_SHA256;
}

/* The key, each byte changed alike, is the first block of a digest. */
static void begin_digest(rs_sha *s, rs_sha_kind kind, const uint8_t key[RS_SHA_BLOCK], uint8_t change)
{
    uint8_t block[RS_SHA_BLOCK];
    for (size_t i = 0; i < sizeof block; i++) block[i] = key[i] ^ change;
    rs_sha_init(s, kind);
    rs_sha_add(s, block, sizeof block);
    rs_wipe(block, sizeof block);
}

static void begin_hmac(rs_mac *m, const uint8_t *key, size_t len)
{
    enum { IPAD = 0x36, OPAD = 0x5c };
    uint8_t whole[RS_SHA_BLOCK] = {0};
    rs_sha_kind kind = digest_of(m->kind);
    if (len > sizeof whole) {
        rs_sha_init(&m->sha, kind);
        rs_sha_add(&m->sha, key, len);
        rs_sha_finish(&m->sha, whole);
    } else if (len) {
        memcpy(whole, key, len);
    }
    begin_digest(&m->sha, kind, whole, IPAD);
    begin_digest(&m->outer, kind, whole, OPAD);
    rs_wipe(whole, sizeof whole);
}

static void finish_hmac(rs_mac *m, uint8_t *out)
{
    size_t len = rs_sha_finish(&m->sha, out);
    rs_sha_add(&m->outer, out, len);
    rs_sha_finish(&m->outer, out);
}

/* --- CMAC: a chain of blocks; the last one is marked with a subkey, so that nobody can go on with it */

static void chain_block(rs_mac *m)
{
    for (unsigned i = 0; i < RS_AES_BYTES; i++) m->chain[i] ^= m->last[i];
    rs_aes_encrypt(&m->aes, m->chain);
    m->held = 0;
}

/* The last block waits: only what follows tells that it was not the end. */
static void add_cmac(rs_mac *m, const uint8_t *p, size_t len)
{
    while (len > 0) {
        if (m->held == RS_AES_BYTES) chain_block(m);
        size_t n = RS_AES_BYTES - m->held < len ? RS_AES_BYTES - m->held : len;
        memcpy(m->last + m->held, p, n);
        m->held += n;
        p += n;
        len -= n;
    }
}

/* Times x in the field of 2^128 elements (RFC 4493 2.3). */
static void twice(uint8_t v[RS_AES_BYTES])
{
    uint8_t carry = v[0] >> 7;
    for (unsigned i = 0; i < RS_AES_BYTES; i++)
        v[i] = (uint8_t)(v[i] << 1 | (i + 1 < RS_AES_BYTES ? v[i + 1] >> 7 : 0));
    v[RS_AES_BYTES - 1] ^= (uint8_t)(carry * 0x87);
}

static void finish_cmac(rs_mac *m, uint8_t *out)
{
    uint8_t subkey[RS_AES_BYTES] = {0};
    bool whole = m->held == RS_AES_BYTES;
    rs_aes_encrypt(&m->aes, subkey);
    twice(subkey);
    if (!whole) {
        twice(subkey);
        memset(m->last + m->held, 0, RS_AES_BYTES - m->held);
        m->last[m->held] = 0x80;
    }
    for (unsigned i = 0; i < RS_AES_BYTES; i++) m->last[i] ^= subkey[i];
    chain_block(m);
    memcpy(out, m->chain, RS_AES_BYTES);
    rs_wipe(subkey, sizeof subkey);
}

static void begin_cmac(rs_mac *m, const uint8_t *key, size_t len)
{
    static const uint8_t zero[RS_AES_BYTES];
    uint8_t made[RS_AES_BYTES];
    rs_aes_init(&m->aes, len == RS_AES_BYTES ? key : zero);
    memset(m->chain, 0, sizeof m->chain);
    m->held = 0;
    if (len == RS_AES_BYTES) return;
    add_cmac(m, key, len);
    finish_cmac(m, made);
    begin_cmac(m, made, sizeof made);
    rs_wipe(made, sizeof made);
}

/* --- both */

void rs_mac_init(rs_mac *m, rs_mac_kind kind, const uint8_t *key, size_t len)
{
    m->kind = kind;
    if (kind == RS_CMAC_AES128) begin_cmac(m, key, len);
    else begin_hmac(m, key, len);
}

void rs_mac_add(rs_mac *m, const void *data, size_t len)
{
    if (m->kind == RS_CMAC_AES128) add_cmac(m, data, len);
    else rs_sha_add(&m->sha, data, len);
}

void rs_mac_finish(rs_mac *m, uint8_t out[RS_MAC_BYTES_MAX])
{
    if (m->kind == RS_CMAC_AES128) finish_cmac(m, out);
    else finish_hmac(m, out);
    rs_wipe(m, sizeof *m);
}
