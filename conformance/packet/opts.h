/* opts.h — one TCP option between its bytes and its values.
 *
 * Reading is tolerant: an option whose length does not fit its kind becomes CF_OPT_OTHER with well_formed false.
 * Writing puts what it is told; wrong lengths can be written with cf_opt_put_raw. */
#ifndef CF_PACKET_OPTS_H
#define CF_PACKET_OPTS_H

#include "packet.h"

enum { /* TCP option kinds on the wire (IANA) */
       CF_KIND_EOL = 0,
       CF_KIND_NOP = 1,
       CF_KIND_MSS = 2,
       CF_KIND_WSCALE = 3,
       CF_KIND_SACK_OK = 4,
       CF_KIND_SACK = 5,
       CF_KIND_TS = 8,
       CF_KIND_MD5 = 19,
       CF_KIND_AO = 29,
       CF_KIND_FO = 34,
       CF_KIND_ACCECN0 = 172,
       CF_KIND_ACCECN1 = 174,
       CF_KIND_EXP = 254,
       CF_EXID_FO = 0xF989
};

typedef enum {
    CF_OPT_OTHER,
    CF_OPT_EOL,
    CF_OPT_NOP,
    CF_OPT_MSS,
    CF_OPT_WSCALE,
    CF_OPT_SACK_OK,
    CF_OPT_SACK,
    CF_OPT_TS,
    CF_OPT_MD5,
    CF_OPT_AO,
    CF_OPT_FO,
    CF_OPT_FOEXP,
    CF_OPT_ACCECN0,
    CF_OPT_ACCECN1
} cf_opt_id;

typedef struct cf_opt_val {
    cf_opt_id id;
    uint8_t kind, len; /* as on the wire; len 1 for EOL and NOP */
    bool well_formed;  /* false: a known kind with a length that cannot be */
    uint16_t mss;
    uint8_t wscale;
    uint32_t ts_val, ts_ecr;
    uint8_t n;                /* SACK blocks; AccECN counters; bytes of blob */
    uint8_t key_id, rnext_id; /* AO (RFC 5925): of this segment's key, of the one asked for */
    uint32_t ecn[3];          /* AccECN counters in the order of the wire */
    const uint8_t *blob;      /* MD5 digest, AO code, Fast Open cookie, or the data of CF_OPT_OTHER; lends */
    uint32_t sack[20];        /* left, right, left, right, ...: n blocks; what lies behind them has no value */
} cf_opt_val;

void cf_tcp_opt_read(const cf_tcp_opt *o, cf_opt_val *v);
/* The first option of that id in the header, read; false if there is none (or only malformed ones). What stands behind
 * the end of the options is none (RFC 9293 3.1). */
bool cf_tcp_opt_find(const cf_tcp *t, cf_opt_id id, cf_opt_val *v);
/* "mss", "wscale", ... or "opt" for others. */
const char *cf_opt_name(cf_opt_id id);

/* A row of option bytes under construction. Puts beyond 40 bytes set overflow and write nothing. */
typedef struct cf_opt_row {
    uint8_t bytes[40];
    uint8_t len;
    bool overflow;
} cf_opt_row;

void cf_opt_put(cf_opt_row *r, const cf_opt_val *v); /* by id; kind and len are computed */
void cf_opt_put_raw(cf_opt_row *r, uint8_t kind, uint8_t len, const uint8_t *data, uint8_t data_len); /* as told */
void cf_opt_put_bytes(cf_opt_row *r, const uint8_t *bytes, uint8_t n); /* whatever they are, an option or not */
/* Rewrites in place what a mapping changes: timestamps and SACK edges. The option must have the same size. */
bool cf_opt_rewrite(uint8_t *at, const cf_opt_val *v);

#endif
