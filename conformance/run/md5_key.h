/* md5_key.h — the value of TCP_MD5SIG as a script writes it -> struct tcp_md5sig of Linux.
 *
 *     {tcpm_key="secret"}                                    the peer of this run
 *     {tcpm_addr=inet_addr("10.0.0.0"), tcpm_flags=TCP_MD5SIG_FLAG_PREFIX, tcpm_prefixlen=8, tcpm_key="secret"}
 *
 * Members may stand in any order; what is left out is 0, the key's length is that of the key. */
#ifndef CF_RUN_MD5_KEY_H
#define CF_RUN_MD5_KEY_H

#include "../script/ast.h"
#include "../text/arena.h"
#include "settings.h"

/* Is this such a value? */
bool cf_md5_key_is(const cf_expr *x);
/* Its bytes, from mem. NULL: *why (of cap bytes) and *where say what is wrong. */
typedef struct cf_md5_key_env {
    const cf_settings *set;
    cf_arena *mem;
    char *why;
    size_t why_cap;
    cf_span *where;
} cf_md5_key_env;
uint8_t *cf_md5_key_build(const cf_expr *x, const cf_md5_key_env *env, size_t *len);

#endif
