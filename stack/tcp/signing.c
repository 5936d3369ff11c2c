/* see signing.h */
#include "signing.h"

#include "../wire/md5sig.h"
#include "reason.h"

static rs_reason judge(const rs_env *env, uint32_t ring, const rs_seg *s)
{
    rs_bytes key = rs_keyring_find(env->blocks, ring, &s->src.addr);
    if (!key.data) return s->opts.has_md5 ? RS_WHY_MD5_UNEXPECTED : RS_WHY_NONE;
    if (!s->opts.has_md5) return RS_WHY_MD5_MISSING;
    return rs_md5_verify(s, key) ? RS_WHY_NONE : RS_WHY_MD5_WRONG;
}

bool rs_signing_takes(rs_env *env, uint32_t conn, uint32_t ring, const rs_seg *s)
{
    if (!ring && !s->opts.has_md5) return true;
    rs_reason why = judge(env, ring, s);
    if (why == RS_WHY_NONE) return true;
    rs_drop(env, conn, s, why);
    return false;
}

void rs_signing_ask(const rs_env *env, uint32_t ring, rs_outseg *o)
{
    if (!ring || !rs_keyring_find(env->blocks, ring, &o->seg.dst.addr).data) return;
    o->ring = ring;
    o->seg.opts.has_md5 = true;
}
