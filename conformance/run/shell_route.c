/* see shell_route.h */
#include "shell_route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words of ip-route(8) that stand before a value, and the setting that takes it. NULL: about the route itself. */
static const struct {
    const char *word, *setting;
} words[] = {
    {"via", NULL},
    {"dev", NULL},
    {"src", NULL},
    {"proto", NULL},
    {"scope", NULL},
    {"table", NULL},
    {"metric", NULL},
    {"mtu", "refstack.route.mtu"},
    {"advmss", "refstack.route.advmss"},
    {"initcwnd", "refstack.route.initcwnd"},
    {"initrwnd", "refstack.route.initrwnd"},
    {"window", "refstack.route.window"},
    {"hoplimit", "refstack.route.hoplimit"},
    {"reordering", "refstack.route.reordering"},
    {"rto_min", "refstack.route.rto_min_us"},
    {"quickack", "refstack.route.quickack"},
    {"congctl", "net.ipv4.tcp_congestion_control"},
};
enum { WORDS = sizeof words / sizeof *words };

static int find(const char *word)
{
    for (int i = 0; i < WORDS; i++)
        if (strcmp(words[i].word, word) == 0) return i;
    return -1;
}

static bool set(cf_shell *s, const char *name, const char *value)
{
    return s->t->ops->set && s->t->ops->set(s->t, name, value, s->why, sizeof s->why) == 0;
}

/* "5ms", "1s" or a bare number of milliseconds, in microseconds. */
static void duration(const char *text, char *out, size_t cap)
{
    char *end;
    double v = strtod(text, &end);
    double unit = strcmp(end, "s") == 0 ? 1e6 : strcmp(end, "us") == 0 ? 1 : strcmp(end, "ns") == 0 ? 1e-3 : 1e3;
    snprintf(out, cap, "%.0f", v * unit);
}

/* A route that is changed says everything anew. */
static bool forget_all(cf_shell *s)
{
    for (int i = 0; i < WORDS; i++)
        if (words[i].setting && strncmp(words[i].setting, "refstack.", 9) == 0 && !set(s, words[i].setting, "0"))
            return false;
    return set(s, "refstack.route.mtu_lock", "0") && set(s, "refstack.route.ecn", "0");
}

/* One word and its value from argv[i] on; how many arguments it takes, 0: not understood. */
static uint32_t metric(cf_shell *s, const cf_sh_cmd *c, uint32_t i)
{
    char us[32];
    int w = find(c->argv[i]);
    if (strcmp(c->argv[i], "features") == 0 && i + 1 < c->argc && strcmp(c->argv[i + 1], "ecn") == 0)
        return set(s, "refstack.route.ecn", "1") ? 2 : 0;
    if (w < 0 || i + 1 >= c->argc) return 0;
    bool lock = strcmp(c->argv[i + 1], "lock") == 0;
    if (i + 1 + lock >= c->argc) return 0;
    const char *value = c->argv[i + 1 + lock];
    if (!words[w].setting) return 2u + lock;
    if (strcmp(words[w].word, "mtu") == 0 && lock && !set(s, "refstack.route.mtu_lock", "1")) return 0;
    if (strcmp(words[w].word, "rto_min") == 0) {
        duration(value, us, sizeof us);
        value = us;
    }
    return set(s, words[w].setting, value) ? 2u + lock : 0;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0) return true;
    return false;
}

/* ip [-4|-6] route VERB DESTINATION WORD VALUE ... */
cf_shell_verdict cf_shell_route(cf_shell *s, const cf_sh_cmd *c)
{
    static const char *const objects[] = {"route", "ro", "r", NULL};
    static const char *const looks[] = {"show", "list", "get", "flush", NULL};
    static const char *const changes[] = {"change", "replace", "add", "append", NULL};
    uint32_t i = 1;
    while (i < c->argc && c->argv[i][0] == '-') i++;
    if (i + 1 >= c->argc || !is_one_of(c->argv[i], objects)) return cf_shell_not_here(s, c);
    if (is_one_of(c->argv[i + 1], looks)) return CF_SHELL_OK;
    if (!is_one_of(c->argv[i + 1], changes) || i + 2 >= c->argc || !forget_all(s)) return cf_shell_not_here(s, c);
    for (i += 3; i < c->argc;) {
        uint32_t taken = metric(s, c, i);
        if (!taken) return cf_shell_not_here(s, c);
        i += taken;
    }
    s->why[0] = 0;
    return CF_SHELL_OK;
}
