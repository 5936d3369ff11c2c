/* options.h — packetdrill's options, the same list for scripts ("--name=value" lines) and for command lines. */
#ifndef CF_SCRIPT_OPTIONS_H
#define CF_SCRIPT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CF_OV_NONE,       /* takes no value */
    CF_OV_TEXT,       /* any text */
    CF_OV_IP_VERSION, /* ipv4, ipv6, ipv4-mapped-ipv6 */
    CF_OV_PORT,       /* 1..65535 */
    CF_OV_ADDR,       /* an address, with /prefix where it makes sense */
    CF_OV_MASK,       /* an IPv4 netmask */
    CF_OV_COUNT,      /* >= 0 */
    CF_OV_POSITIVE,   /* > 0 */
    CF_OV_TICK,       /* 0..1000000 */
    CF_OV_PERCENT,    /* 0..100, fractions allowed */
    CF_OV_DEFINE,     /* NAME=VALUE */
    CF_OV_FORMAT,     /* python */
    CF_OV_SOCKOPT,    /* TCP_INFO, TCP_CC_INFO, SO_MEMINFO */
    CF_OV_NON_FATAL   /* packet, syscall, comma separated */
} cf_option_value;

typedef struct cf_option_desc {
    const char *name;
    cf_option_value value;
} cf_option_desc;

extern const cf_option_desc cf_options[];
extern const size_t cf_option_count;

const cf_option_desc *cf_option_find(const char *name); /* without dashes; NULL: unknown */
/* The name nearest to a misspelt one, or NULL. */
const char *cf_option_nearest(const char *name);
/* Checks one option as written. value NULL: none was given. False with packetdrill's words in why:
 * "option 'x' unknown", "option 'x' requires an argument", "option 'x' forbids an argument", "bad --x: value". */
bool cf_option_check(const char *name, const char *value, char *why, size_t why_cap);
/* What packetdrill's words do not say: which values are good, "1 to 65535". */
const char *cf_option_allowed(cf_option_value kind);

#endif
