/* see framing.h */
#include "framing.h"

#include <string.h>

enum { PREFIX_BYTES = 2 };

const char *framing_name(framing_kind k)
{
    static const char *const names[] = {"fixed length", "length prefix", "delimiter"};
    return k < FRAMING_KINDS ? names[k] : "?";
}

static size_t encode_fixed(const char *message, size_t len, uint8_t *out, size_t room)
{
    if (len > FRAMING_FIXED_BYTES || room < FRAMING_FIXED_BYTES) return 0;
    memset(out, 0, FRAMING_FIXED_BYTES);
    memcpy(out, message, len);
    return FRAMING_FIXED_BYTES;
}

static size_t encode_prefixed(const char *message, size_t len, uint8_t *out, size_t room)
{
    if (len > UINT16_MAX || len > FRAMING_ROOM - PREFIX_BYTES || room < len + PREFIX_BYTES) return 0;
    out[0] = (uint8_t)(len >> 8); /* network byte order, whatever the machine */
    out[1] = (uint8_t)len;
    memcpy(out + PREFIX_BYTES, message, len);
    return len + PREFIX_BYTES;
}

static size_t encode_delimited(const char *message, size_t len, uint8_t *out, size_t room)
{
    if (memchr(message, FRAMING_DELIMITER, len) || len >= FRAMING_ROOM || room < len + 1) return 0;
    memcpy(out, message, len);
    out[len] = FRAMING_DELIMITER;
    return len + 1;
}

size_t framing_encode(framing_kind k, const char *message, size_t len, uint8_t *out, size_t room)
{
    switch (k) {
    case FRAMING_FIXED: return encode_fixed(message, len, out, room);
    case FRAMING_PREFIXED: return encode_prefixed(message, len, out, room);
    case FRAMING_DELIMITED: return encode_delimited(message, len, out, room);
    case FRAMING_KINDS: break;
    }
    return 0;
}

bool framing_put(framing_reader *r, const uint8_t *bytes, size_t len)
{
    if (len > sizeof r->held - r->len) return false;
    memcpy(r->held + r->len, bytes, len);
    r->len += len;
    return true;
}

/* Where the first message lies and how much it takes with its frame; false: it is not whole. */
static bool first(const framing_reader *r, size_t *at, size_t *len, size_t *takes)
{
    const uint8_t *end;
    *at = 0;
    switch (r->kind) {
    case FRAMING_FIXED:
        if (r->len < FRAMING_FIXED_BYTES) return false;
        end = memchr(r->held, 0, FRAMING_FIXED_BYTES);
        *len = end ? (size_t)(end - r->held) : FRAMING_FIXED_BYTES;
        *takes = FRAMING_FIXED_BYTES;
        return true;
    case FRAMING_PREFIXED:
        if (r->len < PREFIX_BYTES) return false;
        *at = PREFIX_BYTES;
        *len = (size_t)r->held[0] << 8 | r->held[1];
        *takes = *len + PREFIX_BYTES;
        return r->len >= *takes;
    case FRAMING_DELIMITED:
        end = memchr(r->held, FRAMING_DELIMITER, r->len);
        if (!end) return false;
        *len = (size_t)(end - r->held);
        *takes = *len + 1;
        return true;
    case FRAMING_KINDS: break;
    }
    return false;
}

bool framing_take(framing_reader *r, char *out, size_t room, size_t *len)
{
    size_t at, takes;
    if (!first(r, &at, len, &takes) || *len > room) return false;
    memcpy(out, r->held + at, *len);
    memmove(r->held, r->held + takes, r->len - takes);
    r->len -= takes;
    return true;
}
