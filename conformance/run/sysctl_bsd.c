/* sysctl_bsd.c — a table from FreeBSD's settings to those of targets, and what a row does with its number. */
#include "sysctl_bsd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { SAME, NAMED, PART, MIDDLE, LARGEST, SWITCH, ONLY, QUIET } form;

static const struct row {
    const char *name;
    form form;
    const char *to;
    int64_t factor;
} rows[] = {
#define B(name, form, to, factor) {name, form, to, factor},
#include "sysctl_bsd.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

bool cf_bsd_knows(const char *name)
{
    static const char *const prefixes[] = {"net.inet.", "net.inet6.", "kern."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return true;
    return false;
}

static cf_bsd_verdict pass_on(cf_target *t, const struct row *r, const char *value, char *why, size_t cap)
{
    char told[200] = "";
    switch (t->ops->set ? t->ops->set(t, r->to, value, told, sizeof told) : 2) {
    case 0: return CF_BSD_DONE;
    case 1:
    case 2:
        snprintf(why, cap, "%s (here %s = %s) has no effect on this target", r->name, r->to, value);
        return CF_BSD_NOTE;
    default: snprintf(why, cap, "%s: here %s = %s: %s", r->name, r->to, value, told); return CF_BSD_WRONG;
    }
}

/* Three numbers, of which one is replaced; they never descend. */
static cf_bsd_verdict set_of_three(cf_target *t, const struct row *r, int64_t number, char *why, size_t cap)
{
    char text[160] = "";
    int64_t n[3] = {4096, 0, 0};
    if (!t->ops->get || !t->ops->get(t, r->to, text, sizeof text) ||
        sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64, &n[0], &n[1], &n[2]) != 3) {
        snprintf(why, cap, "%s has no effect on this target", r->name);
        return CF_BSD_NOTE;
    }
    n[r->form == MIDDLE ? 1 : 2] = number;
    if (n[0] > n[1]) n[0] = n[1];
    if (n[2] < n[1]) n[2] = n[1];
    snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRId64, n[0], n[1], n[2]);
    return pass_on(t, r, text, why, cap);
}

static bool is_on(const struct row *r, int64_t number)
{
    return number >= 0 && number < 32 && (r->factor >> number & 1);
}

static cf_bsd_verdict only(const struct row *r, int64_t number, char *why, size_t cap)
{
    if (number == r->factor) return CF_BSD_DONE;
    snprintf(why, cap, "setting %s = %" PRId64, r->name, number);
    return CF_BSD_NA;
}

/* FreeBSD's names of algorithms; "newreno" is the registry's as well. */
static cf_bsd_verdict by_name(cf_target *t, const struct row *r, const char *value, char *why, size_t cap)
{
    return pass_on(t, r, strcmp(value, "newreno") == 0 ? "reno" : value, why, cap);
}

static cf_bsd_verdict apply(cf_target *t, const struct row *r, const char *value, char *why, size_t cap)
{
    char text[32], *end;
    if (r->form == NAMED) return by_name(t, r, value, why, cap);
    errno = 0;
    int64_t number = strtoll(value, &end, 0);
    if (end == value || *end || errno) {
        snprintf(why, cap, "%s: \"%s\" is no number", r->name, value);
        return CF_BSD_WRONG;
    }
    switch (r->form) {
    case SAME:
        if (number > INT64_MAX / r->factor || number < INT64_MIN / r->factor) number = INT64_MAX / r->factor;
        snprintf(text, sizeof text, "%" PRId64, number * r->factor);
        return pass_on(t, r, text, why, cap);
    case PART: snprintf(text, sizeof text, "%" PRId64, number / r->factor); return pass_on(t, r, text, why, cap);
    case SWITCH: return pass_on(t, r, is_on(r, number) ? "1" : "0", why, cap);
    case MIDDLE:
    case LARGEST: return set_of_three(t, r, number, why, cap);
    case ONLY: return only(r, number, why, cap);
    case NAMED:
    case QUIET: break;
    }
    return CF_BSD_DONE;
}

cf_bsd_verdict cf_bsd_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    cf_bsd_verdict worst = CF_BSD_DONE;
    bool found = false;
    for (size_t i = 0; i < ROWS && worst < CF_BSD_NA; i++) {
        if (strcmp(rows[i].name, name) != 0) continue;
        found = true;
        cf_bsd_verdict v = apply(t, &rows[i], value, why, cap);
        if (v > worst) worst = v;
    }
    if (found) return worst;
    snprintf(why, cap, "%s = %s has no effect on this target", name, value);
    return CF_BSD_NOTE;
}
