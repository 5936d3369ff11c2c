#include "variant.h"

#include <string.h>

#include "meta.h"

#define V4_ADDRESSES                                                                                                   \
    "local_ip=192.168.0.1", "gateway_ip=192.168.0.1", "netmask_ip=255.255.0.0", "remote_ip=192.0.2.1", "send_omit_free"

static const char *const v4_options[] = {V4_ADDRESSES};
static const char *const v6_options[] = {
    "local_ip=fd3d:0a0b:17d6::1",
    "gateway_ip=fd3d:0a0b:17d6:8888::1",
    "remote_ip=fd3d:fa7b:d17d::1",
    "send_omit_free",
};

#define V4_COOKIES {"TFO_COOKIE", "3021b9d889017eeb"}, {"TFO_COOKIE_ZERO", "b7c12350a90dc8f5"}
#define V6_COOKIES {"TFO_COOKIE", "c1d1e9742a47a9bc"}, {"TFO_COOKIE_ZERO", "82af1a8f9a205c34"}
#define V4_CODE {"CODE", "host_unreachable"}
#define SEGMENT {"MSS", "1460"}
#define V6_LEVEL {"CMSG_LEVEL_IP", "SOL_IPV6"}, {"CMSG_TYPE_RECVERR", "IPV6_RECVERR"}

static const cf_define v4_defines[] = {
    V4_COOKIES, V4_CODE, {"CMSG_LEVEL_IP", "SOL_IP"}, {"CMSG_TYPE_RECVERR", "IP_RECVERR"}, SEGMENT};
static const cf_define v6_defines[] = {V6_COOKIES, V6_LEVEL, SEGMENT};
static const cf_define mapped_defines[] = {V4_COOKIES, V4_CODE, V6_LEVEL, SEGMENT};

#define LIST(a) a, sizeof a / sizeof *a

const cf_variant cf_variants[CF_VARIANTS] = {
    {"ipv4", {"v4", "inet"}, CF_MODE_IPV4, 1500, LIST(v4_options), LIST(v4_defines)},
    {"ipv6", {"v6", "inet6"}, CF_MODE_IPV6, 1520, LIST(v6_options), LIST(v6_defines)},
    {"ipv4-mapped-ipv6", {"mapped", "ipv4_mapped_ipv6"}, CF_MODE_MAPPED, 1500, LIST(v4_options), LIST(mapped_defines)},
};

const cf_variant *cf_variant_find(const char *name)
{
    for (int i = 0; i < CF_VARIANTS; i++) {
        const cf_variant *v = &cf_variants[i];
        if (strcmp(name, v->name) == 0) return v;
        for (int k = 0; k < 2; k++)
            if (strcmp(name, v->other_names[k]) == 0) return v;
    }
    return NULL;
}

typedef struct {
    unsigned set;
    char *wrong;
    size_t cap;
} set_walk;

static bool add_to_set(void *ctx, const char *word)
{
    set_walk *w = ctx;
    const cf_variant *v = cf_variant_find(word);
    if (v) {
        w->set |= 1u << (v - cf_variants);
    } else if (strcmp(word, "all") == 0) {
        w->set |= (1u << CF_VARIANTS) - 1;
    } else {
        snprintf(w->wrong, w->cap, "%s", word);
        return false;
    }
    return true;
}

unsigned cf_variant_set(const char *list, char *wrong, size_t cap)
{
    set_walk w = {0, wrong, cap};
    snprintf(wrong, cap, "%s", "");
    return cf_words(list, add_to_set, &w) ? w.set : 0;
}

static bool name_ends(const char *path, const char *tail)
{
    size_t n = strlen(path), k = strlen(tail);
    return n >= k && strcmp(path + n - k, tail) == 0;
}

static bool in_family(const cf_variant *v, const char *family)
{
    return cf_words_have(family, v->name) || cf_words_have(family, v->other_names[0]) ||
           cf_words_have(family, v->other_names[1]);
}

bool cf_variant_fits(const cf_variant *v, const cf_test *t)
{
    if (t->mode_given) return v->mode == t->mode;
    if (t->family && !in_family(v, t->family)) return false;
    if (name_ends(t->path, "v4.pkt")) return v->mode != CF_MODE_IPV6;
    if (name_ends(t->path, "v6.pkt")) return v->mode == CF_MODE_IPV6;
    return true;
}
