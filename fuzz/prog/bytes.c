#include "bytes.h"

#include <stdbool.h>
#include <string.h>

enum { WORD = 8, PAIR = 2 * WORD, TABLE = 4096, AT_ONCE = 512 };

static uint64_t mixed(uint64_t h)
{
    h *= UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return h ^ h >> 32;
}

/* What a byte costs is a look into a table; the table is another in every block of the stream (a word is laid over it
 * again and again), so that no shift is invisible. */
static const uint8_t *table(void)
{
    static uint8_t bytes[TABLE];
    static bool made;
    for (unsigned i = 0; !made && i < TABLE; i++) bytes[i] = (uint8_t)mixed(i + 1);
    made = true;
    return bytes;
}

/* The word over the block of `at`, as bytes from `at` on; twice, for words are laid in pairs. */
static void cover(uint64_t key, uint64_t at, uint8_t out[PAIR])
{
    uint64_t word = mixed(at / TABLE + 1 + key * UINT64_C(0xc2b2ae3d27d4eb4f));
    unsigned turn = at % WORD * 8;
    word = turn ? word >> turn | word << (64 - turn) : word;
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) word = __builtin_bswap64(word);
    memcpy(out, &word, WORD);
    memcpy(out + WORD, &word, WORD);
}

typedef uint64_t words __attribute__((vector_size(PAIR)));

static inline void lay_pair(uint8_t *out, const uint8_t *from, words mask)
{
    words v;
    memcpy(&v, from, sizeof v);
    v ^= mask;
    memcpy(out, &v, sizeof v);
}

static void lay(uint8_t *restrict out, const uint8_t *restrict from, const uint8_t over[PAIR], size_t len)
{
    words mask;
    size_t i = 0;
    memcpy(&mask, over, sizeof mask);
    for (; i + 4 * PAIR <= len; i += 4 * PAIR)
        for (unsigned k = 0; k < 4; k++) lay_pair(out + i + k * PAIR, from + i + k * PAIR, mask);
    for (; i + PAIR <= len; i += PAIR) lay_pair(out + i, from + i, mask);
    if (i + WORD <= len) {
        uint64_t v;
        memcpy(&v, from + i, sizeof v);
        v ^= mask[0];
        memcpy(out + i, &v, sizeof v);
        i += WORD;
    }
    for (; i < len; i++) out[i] = from[i] ^ over[i % WORD];
}

void fz_bytes(uint64_t key, uint64_t at, uint8_t *out, size_t len)
{
    uint8_t over[PAIR];
    while (len) {
        size_t in_block = at % TABLE, n = TABLE - in_block < len ? TABLE - in_block : len;
        cover(key, at, over);
        lay(out, table() + in_block, over, n);
        out += n;
        at += n;
        len -= n;
    }
}

uint8_t fz_byte(uint64_t key, uint64_t at)
{
    uint8_t byte;
    fz_bytes(key, at, &byte, 1);
    return byte;
}

size_t fz_first_wrong(const uint8_t *bytes, size_t len, uint64_t at, fz_stream_fn *right)
{
    uint8_t want[AT_ONCE];
    for (size_t done = 0; done < len; done += AT_ONCE) {
        size_t n = len - done < AT_ONCE ? len - done : AT_ONCE;
        right(at + done, want, n);
        if (memcmp(bytes + done, want, n) == 0) continue;
        for (size_t i = 0;; i++)
            if (bytes[done + i] != want[i]) return done + i;
    }
    return len;
}
