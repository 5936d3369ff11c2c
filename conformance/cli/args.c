#include "args.h"

#include "../script/options.h"
#include "../suite/variant.h"
#include "../text/mem.h"

/* '-' and '_' are the same in names of options. */
static bool same_name(const char *a, size_t a_len, const char *b)
{
    if (strlen(b) != a_len) return false;
    for (size_t i = 0; i < a_len; i++)
        if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i])) return false;
    return true;
}

typedef struct {
    cf_args *a;
    cf_verb_bit verb;
    int argc, at;
    char **argv;
    char *why;
    size_t why_cap;
} reader;

static bool fail(reader *r, const char *fmt, const char *word)
{
    snprintf(r->why, r->why_cap, fmt, word);
    return false;
}

/* ---------- our own options ---------- */

static const cf_flag *find_flag(const char *name, size_t len)
{
    for (size_t i = 0; i < cf_flag_count; i++)
        if (same_name(name, len, cf_flags[i].name)) return &cf_flags[i];
    return NULL;
}

static const cf_flag *find_letter(char letter)
{
    for (size_t i = 0; i < cf_flag_count; i++)
        if (cf_flags[i].letter == letter) return &cf_flags[i];
    return NULL;
}

/* The next word, if it can be the value. Only --variants may do without: what is no list of variants selects scripts.
 */
static const char *next_value(reader *r, const cf_flag *f)
{
    char wrong[80];
    if (r->at + 1 >= r->argc) return NULL;
    if (f->value[0] == '[' && !cf_variant_set(r->argv[r->at + 1], wrong, sizeof wrong)) return NULL;
    return r->argv[++r->at];
}

static bool take_flag(reader *r, const cf_flag *f, const char *spelled, const char *value)
{
    if (!(f->verbs & r->verb)) return fail(r, "%s has no meaning for this command", spelled);
    if (!f->value && value) return fail(r, "%s takes no value", spelled);
    if (f->value && !value) value = next_value(r, f);
    if (value && !*value) return fail(r, "%s wants a value, and the one given is empty", spelled);
    if (f->value && f->value[0] != '[' && !value) return fail(r, "%s wants a value", spelled);
    return f->take(r->a, value, r->why, r->why_cap);
}

/* ---------- packetdrill's options ---------- */

/* Their names are written with '_'. */
static bool underscored(char *out, size_t cap, const char *name, size_t len)
{
    if (len >= cap) return false;
    for (size_t i = 0; i < len; i++) out[i] = name[i] == '-' ? '_' : name[i];
    out[len] = '\0';
    return true;
}

static bool take_packetdrill(reader *r, const cf_option_desc *o, const char *value)
{
    if (!(r->verb & (CF_VERB_RUN | CF_VERB_CHECK))) return fail(r, "--%s has no meaning for this command", o->name);
    if (o->value != CF_OV_NONE && !value && r->at + 1 < r->argc) value = r->argv[++r->at];
    if (!cf_option_check(o->name, value, r->why, r->why_cap)) {
        size_t n = strlen(r->why);
        snprintf(r->why + n, r->why_cap - n, "; allowed: %s", cf_option_allowed(o->value));
        return false;
    }
    if (strncmp(o->name, "wire_", 5) == 0)
        return fail(r, "--%s: there is no wire mode (packets through a second machine); see --target for what there is",
                    o->name);
    if (strcmp(o->name, "ip_version") == 0) {
        r->a->ip_version = value;
        return true;
    }
    cf_strings *list = &r->a->options;
    list->items = cf_mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count++] = value ? cf_mem_fmt("%s=%s", o->name, value) : cf_mem_str(o->name);
    return true;
}

/* ---------- reading ---------- */

static bool unknown_option(reader *r, const char *name)
{
    const char *names[128];
    size_t n = 0;
    for (size_t i = 0; i < cf_flag_count; i++)
        if (cf_flags[i].verbs & r->verb) names[n++] = cf_flags[i].name;
    for (size_t i = 0; i < cf_option_count && n < 128 && (r->verb & (CF_VERB_RUN | CF_VERB_CHECK)); i++)
        names[n++] = cf_options[i].name;
    const char *near = cf_nearest(name, names, n);
    if (near) snprintf(r->why, r->why_cap, "unknown option --%s; did you mean --%s?", name, near);
    else snprintf(r->why, r->why_cap, "unknown option --%s", name);
    return false;
}

static bool read_long(reader *r, const char *word)
{
    size_t len = strcspn(word, "=");
    const char *value = word[len] == '=' ? word + len + 1 : NULL;
    char name[64], spelled[72];
    if (!underscored(name, sizeof name, word, len)) return fail(r, "unknown option --%s", word);
    snprintf(spelled, sizeof spelled, "--%s", name);
    const cf_flag *f = find_flag(name, len);
    if (f) return take_flag(r, f, spelled, value);
    if (strcmp(name, "debug") == 0 && !value && (r->verb & CF_VERB_RUN)) return r->a->verbose = true;
    const cf_option_desc *o = cf_option_find(name);
    return o ? take_packetdrill(r, o, value) : unknown_option(r, name);
}

static bool read_short(reader *r, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        char spelled[] = {'-', *c, '\0'};
        const cf_flag *f = find_letter(*c);
        if (!f) return fail(r, "unknown option %s", spelled);
        if (f->value) return take_flag(r, f, spelled, c[1] ? c + 1 + (c[1] == '=') : NULL);
        if (!take_flag(r, f, spelled, NULL)) return false;
    }
    return true;
}

/* "-needs:sack" is a word (a filter turned round), not a row of letters. */
static bool is_word(const char *arg)
{
    if (arg[0] != '-' || arg[1] == '\0') return true;
    size_t len = strspn(arg + 1, "abcdefghijklmnopqrstuvwxyz");
    return len >= 2 && arg[1 + len] == ':';
}

bool cf_args_read(cf_args *a, cf_verb_bit verb, int argc, char **argv, char *why, size_t why_cap)
{
    *a = (cf_args){.target = "ref", .seed = 1, .repeat = 1, .timeout_us = -1, .apart_ns = 10000000};
    reader r = {a, verb, argc, 0, argv, why, why_cap};
    bool only_words = false;
    for (; r.at < argc; r.at++) {
        const char *arg = argv[r.at];
        if (only_words || is_word(arg)) {
            a->words.items = cf_mem_grow(a->words.items, a->words.count, &a->words.cap, sizeof *a->words.items);
            a->words.items[a->words.count++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            only_words = true;
        } else if (!(arg[1] == '-' ? read_long(&r, arg + 2) : read_short(&r, arg))) {
            return false;
        }
    }
    return true;
}

void cf_args_free(cf_args *a)
{
    for (uint32_t i = 0; i < a->options.count; i++) free((char *)(uintptr_t)a->options.items[i]);
    for (uint32_t i = 0; i < a->define_count; i++) free((char *)(uintptr_t)a->defines[i].name);
    free(a->words.items);
    free(a->sets.items);
    free(a->expects.items);
    free(a->options.items);
    free(a->defines);
    memset(a, 0, sizeof *a);
}
