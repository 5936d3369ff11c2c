#include "front.h"

#include <stdio.h>
#include <string.h>

#include "../text/arena.h"

/* ---------- values ---------- */

bool cf_front_duration(const char *text, int64_t *us)
{
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = {{"s", 1000000}, {"ms", 1000}, {"us", 1}};
    int64_t whole = 0, part = 0, scale = 1;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && whole < 1000000; c++) whole = whole * 10 + (*c - '0');
    if (c == text) return false;
    if (*c == '.')
        for (c++; *c >= '0' && *c <= '9'; c++) {
            if (scale == 1000000) continue;
            part = part * 10 + (*c - '0');
            scale *= 10;
        }
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(c, units[i].unit) != 0) continue;
        *us = whole * units[i].us + part * units[i].us / scale;
        return true;
    }
    return false;
}

static bool is_word(const char *const *words, const char *text, size_t len)
{
    for (; *words; words++)
        if (strlen(*words) == len && memcmp(*words, text, len) == 0) return true;
    return false;
}

/* Every blank-separated word of the value is in the list, and there is one. */
static bool all_words(const char *value, const char *const *words)
{
    size_t n = 0;
    for (const char *c = value; *c; c += n) {
        while (*c == ' ') c++;
        n = strcspn(c, " ");
        if (n && !is_word(words, c, n)) return false;
    }
    return *value != '\0';
}

static bool good_title(const char *v)
{
    size_t n = strlen(v);
    return n > 0 && n <= 120 && v[n - 1] != '.';
}

static bool good_family(const char *v)
{
    static const char *const words[] = {"ipv4", "ipv6", "ipv4-mapped-ipv6", NULL};
    return all_words(v, words);
}

static bool good_clock(const char *v)
{
    static const char *const words[] = {"live-safe", "virtual", NULL};
    return all_words(v, words) && !strchr(v, ' ');
}

static bool good_level(const char *v)
{
    static const char *const words[] = {"MUST", "MUST-NOT", "SHOULD", "SHOULD-NOT", "MAY", "observed", NULL};
    return all_words(v, words) && !strchr(v, ' ');
}

static bool good_expect(const char *v)
{
    static const char *const words[] = {"pass", "lax", "fail", "seen", "n/a", "error", NULL};
    return all_words(v, words) && !strchr(v, ' ');
}

static bool good_preset(const char *v)
{
    static const char *const words[] = {"rfc", "linux", NULL};
    return all_words(v, words) && !strchr(v, ' ');
}

static bool good_version(const char *v)
{
    size_t n = strspn(v, "0123456789");
    return n > 0 && n <= 6 && v[n] == '\0';
}

/* "RFC9293-MUST-13 (MUST)": an id without blanks, then optionally its level; several are separated by commas. */
static bool good_spec(const char *v)
{
    for (;;) {
        size_t id = strcspn(v, " ,()");
        if (id == 0) return false;
        v += id;
        v += strspn(v, " ");
        if (*v == '(') {
            const char *close = strchr(v, ')');
            char level[16] = "";
            if (!close || close - v > 15) return false;
            memcpy(level, v + 1, (size_t)(close - v) - 1);
            if (!good_level(level)) return false;
            v = close + 1;
            v += strspn(v, " ");
        }
        if (*v == '\0') return true;
        if (*v != ',') return false;
        v++;
        v += strspn(v, " ");
    }
}

/* Ids of published bugs without blanks: "CVE-2004-0230, lwIP-e6bc591a". */
static bool good_bugs(const char *v)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+._#";
    for (;;) {
        size_t id = strspn(v, letters);
        if (id == 0 || id > 80) return false;
        v += id;
        if (*v == '\0') return true;
        if (v[0] != ',' || v[1] != ' ') return false;
        v += 2;
    }
}

static bool good_words(const char *v)
{
    return *v != '\0';
}

static bool good_duration(const char *v)
{
    int64_t us;
    return cf_front_duration(v, &us);
}

static const char *const free_words[] = {"psh", "option-order", "garbage-byte", NULL}; /* by the bits of cf_free */

static bool good_free(const char *v)
{
    return all_words(v, free_words);
}

static unsigned free_bits(const char *v)
{
    unsigned bits = 0;
    for (size_t n; *v; v += n + (v[n] == ' ')) {
        n = strcspn(v, " ");
        for (unsigned i = 0; free_words[i]; i++)
            if (strlen(free_words[i]) == n && memcmp(free_words[i], v, n) == 0) bits |= 1u << i;
    }
    return bits;
}

static const struct key {
    const char *name;
    bool again;
    bool (*good)(const char *);
    const char *want;
} keys[] = {
    {"title", false, good_title, "one sentence of at most 120 characters without a full stop at its end"},
    {"spec", true, good_spec, "requirement ids: ID (MUST), ID (SHOULD)"},
    {"needs", true, good_words, "names of capabilities"},
    {"family", false, good_family, "ipv4, ipv6, ipv4-mapped-ipv6 or some of them"},
    {"clock", false, good_clock, "live-safe or virtual"},
    {"preset", false, good_preset, "rfc or linux"},
    {"bug", true, good_bugs, "ids of published bugs without blanks, separated by a comma and a blank"},
    {"kills", true, good_words, "ids of planted bugs"},
    {"because", true, good_words, "a reason"},
    {"version", false, good_version, "a number"},
    {"level", false, good_level, "MUST, MUST-NOT, SHOULD, SHOULD-NOT, MAY or observed"},
    {"quiet", false, good_duration, "a duration such as 3s or 200ms"},
    {"free", false, good_free, "psh, option-order, garbage-byte or some of them"},
    {"expect", false, good_expect, "pass, lax, fail, seen, n/a or error"},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

/* ---------- lines ---------- */

typedef struct line {
    const char *text;
    uint32_t at, key_len, value_at, value_len;
} line;

static cf_diag *tell(cf_script *s, cf_diags *d, cf_severity how, cf_span at, const char *what, const char *word)
{
    return cf_diag_add(d, how, &s->src, at, "front matter: %s%s%s", what, *word ? " " : "", word);
}

static cf_diag *report(cf_script *s, cf_diags *d, uint32_t at, uint32_t len, const char *what, const char *word)
{
    return tell(s, d, CF_ERROR, (cf_span){at, at + len}, what, word);
}

/* Takes the note apart: ": key: value  # remark". False if it has no key. */
static bool split(const cf_script *s, cf_span note, line *l)
{
    const char *c = s->src.text + note.start + 1, *end = s->src.text + note.end;
    while (end > c && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) end--;
    while (c < end && (*c == ' ' || *c == '\t')) c++;
    l->text = c;
    l->at = (uint32_t)(c - s->src.text);
    while (c < end && ((*c >= 'a' && *c <= 'z') || *c == '-')) c++;
    l->key_len = (uint32_t)(c - l->text);
    bool quiet = l->key_len == 5 && memcmp(l->text, "quiet", 5) == 0 && c < end && *c == ' ';
    if (l->key_len == 0 || c == end || (*c != ':' && !quiet)) return false;
    c++;
    while (c < end && (*c == ' ' || *c == '\t')) c++;
    for (const char *r = c; r + 2 < end; r++)
        if (r[0] == ' ' && r[1] == ' ' && r[2] == '#') end = r;
    while (end > c && (end[-1] == ' ' || end[-1] == '\t')) end--;
    l->value_at = (uint32_t)(c - s->src.text);
    l->value_len = (uint32_t)(end - c);
    return true;
}

/* The key of ours that was perhaps meant. */
static const char *near_key(const char *word)
{
    const char *names[KEYS];
    for (size_t i = 0; i < KEYS; i++) names[i] = keys[i].name;
    return *word ? cf_nearest(word, names, KEYS) : NULL;
}

/* A misspelt key of ours is an error. One that is like none of ours is a comment of somebody who knows nothing of us:
 * no reason not to run the script. */
static void unknown_key(cf_script *s, cf_diags *d, const line *l, const char *key)
{
    char list[200] = "";
    for (size_t i = 0, at = 0; i < KEYS; i++) at += (size_t)snprintf(list + at, sizeof list - at, " %s", keys[i].name);
    const char *near = near_key(key);
    cf_span at = {l->at, l->at + l->key_len};
    cf_diag *m = tell(s, d, near ? CF_ERROR : CF_WARNING, at, "unknown key", key);
    if (near) cf_diag_hint(m, "did you mean %s?", near);
    else cf_diag_hint(m, "it is skipped; keys are%s", list);
}

static void no_key(cf_script *s, cf_diags *d, cf_span note, const char *first)
{
    cf_diag *m = tell(s, d, near_key(first) ? CF_ERROR : CF_WARNING, note, "expected \"//: key: value\"", "");
    cf_diag_hint(m, "a comment without meaning begins with \"// \"");
}

static const struct key *key_of(const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0) return &keys[i];
    return NULL;
}

static void read_line(cf_script *s, cf_span note, cf_diags *d)
{
    line l;
    if (!split(s, note, &l)) {
        no_key(s, d, note, cf_arena_copy(s->mem, l.text, l.key_len));
        return;
    }
    const char *name = cf_arena_copy(s->mem, l.text, l.key_len);
    const char *value = cf_arena_copy(s->mem, s->src.text + l.value_at, l.value_len);
    const struct key *k = key_of(name);
    if (!k) {
        unknown_key(s, d, &l, name);
        return;
    }
    if (!k->good(value)) {
        cf_diag_hint(report(s, d, l.value_at, l.value_len, "bad value of", name), "it must be %s", k->want);
        return;
    }
    if (!k->again && cf_script_front(s, name)) {
        report(s, d, l.at, l.key_len, "given twice:", name);
        return;
    }
    s->front = cf_arena_more(s->mem, s->front, s->fronts, sizeof *s->front);
    s->front[s->fronts++] = (cf_front){name, value, {l.at, l.value_at + l.value_len}};
}

void cf_front_read(cf_script *s, const cf_span *notes, uint32_t count, cf_diags *diags)
{
    for (uint32_t i = 0; i < count; i++) read_line(s, notes[i], diags);
    const char *quiet = cf_script_front(s, "quiet");
    if (quiet) cf_front_duration(quiet, &s->quiet_us);
    const char *free = cf_script_front(s, "free");
    if (free) s->free = free_bits(free);
}

const char *cf_front_nth(const cf_script *s, const char *key, uint32_t i)
{
    for (uint32_t f = 0; f < s->fronts; f++)
        if (strcmp(s->front[f].key, key) == 0 && i-- == 0) return s->front[f].value;
    return NULL;
}

const char *cf_script_front(const cf_script *s, const char *key)
{
    return cf_front_nth(s, key, 0);
}
