/* fields.h — what differs between two packets that are the same packet, field by field, in words. */
#ifndef CF_CAPTURE_FIELDS_H
#define CF_CAPTURE_FIELDS_H

#include "view.h"

typedef enum {
    CF_F_FLAGS,
    CF_F_SEQ,
    CF_F_LEN,
    CF_F_ACK,
    CF_F_WIN,
    CF_F_URG,
    CF_F_OPTIONS,
    CF_F_MSS,
    CF_F_WSCALE,
    CF_F_SACK,
    CF_F_TS_VAL,
    CF_F_TS_ECR,
    CF_F_OPT,
    CF_F_DIGEST,
    CF_F_TOS,
    CF_F_TTL,
    CF_F_DF,
    CF_F_CHECKSUM,
    CF_F_TEXT,
    CF_F_MTU,
    CF_FIELDS
} cf_field;
const char *cf_field_name(cf_field f); /* "flags", "seq", ..., "ts.val" */
int cf_field_find(const char *name);   /* or -1 */

typedef struct cf_field_change {
    cf_field field;
    int64_t x, y; /* the two values as numbers, for rules; 0 when it is none */
    char a[100], b[100];
} cf_field_change;

/* Timestamps are counted by clocks: they differ only when they are further apart than ticks. bytes_only: of runs only
 * length, content, SYN, FIN, RST and the options of SYNs are compared. Returns how many were written. */
int cf_fields_compare(const cf_view *a, const cf_view *b, int64_t ticks, bool bytes_only,
                      cf_field_change out[CF_FIELDS]);

#endif
