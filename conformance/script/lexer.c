#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/addr.h"
#include "token.h"

enum { ADDR_TEXT_MAX = 45 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool cf_word_reserved(const char *word)
{
    static const char *const words[] = {
        "ack",      "ce",        "ceb",        "checksum",    "cmsg_data", "cmsg_level", "cmsg_type", "e0b",
        "e1b",      "ECN",       "ecr",        "ect0",        "ect01",     "ect1",       "ee_code",   "ee_data",
        "ee_errno", "ee_info",   "ee_origin",  "ee_type",     "encap",     "eol",        "events",    "fd",
        "flags",    "Flags",     "flowlabel",  "FO",          "FOEXP",     "gre",        "GREv0",     "htons",
        "icmp",     "id",        "inet6_addr", "inet_addr",   "ipv4",      "ipv6",       "key",       "label",
        "linger",   "md5",       "mpls",       "msg_control", "msg_flags", "msg_iov",    "msg_name",  "mss",
        "mtu",      "noecn",     "none",       "nop",         "off",       "onoff",      "present",   "psp",
        "ptr",      "raw",       "revents",    "sa_family",   "sack",      "sackOK",     "scm_nsec",  "scm_sec",
        "seq",      "sequence#", "sin_addr",   "sin_port",    "spi",       "sum",        "tc",        "tos",
        "TS",       "ttl",       "u32",        "u64",         "udp",       "urg",        "val",       "win",
        "wscale"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], word) == 0) return true;
    return false;
}

void cf_lexer_init(cf_lexer *lx, const cf_source *src, cf_arena *mem, const cf_parse_env *env)
{
    *lx = (cf_lexer){.src = src, .mem = mem};
    if (!env) return;
    lx->defines = env->defines;
    lx->define_count = env->define_count;
}

void cf_lexer_define(cf_lexer *lx, const char *name, const char *value)
{
    lx->own = cf_arena_more(lx->mem, lx->own, lx->own_count, sizeof *lx->own);
    lx->own[lx->own_count++] = (cf_define){name, value};
}

/* The last definition of a name wins, and the command line over the script. */
static const char *defined_value(const cf_lexer *lx, const char *name)
{
    for (uint32_t i = lx->define_count; i-- > 0;)
        if (strcmp(lx->defines[i].name, name) == 0) return lx->defines[i].value;
    for (uint32_t i = lx->own_count; i-- > 0;)
        if (strcmp(lx->own[i].name, name) == 0) return lx->own[i].value;
    return NULL;
}

static const char *text_at(const cf_lexer *lx, uint32_t at)
{
    return lx->src->text + at; /* NUL-terminated: looking one ahead is safe */
}

/* Where the two characters come next, from `from` on; NONE: nowhere. */
static const uint32_t NONE = UINT32_MAX;

static uint32_t find_pair(const cf_lexer *lx, uint32_t from, const char *pair)
{
    for (uint32_t at = from; at + 1 < lx->src->len; at++)
        if (lx->src->text[at] == pair[0] && lx->src->text[at + 1] == pair[1]) return at;
    return NONE;
}

static void bad(cf_lexer *lx, cf_token *t, uint32_t len, const char *why, const char *hint)
{
    t->kind = CF_TOK_BAD;
    t->span = (cf_span){lx->at, lx->at + len};
    t->why = why;
    t->hint = hint;
    lx->at += len;
}

/* ---------- between tokens ---------- */

static void skip_line_comment(cf_lexer *lx)
{
    uint32_t from = lx->at, end = from;
    while (end < lx->src->len && lx->src->text[end] != '\n') end++;
    if (text_at(lx, from)[2] == ':') {
        lx->notes = cf_arena_more(lx->mem, lx->notes, lx->note_count, sizeof *lx->notes);
        lx->notes[lx->note_count++] = (cf_span){from + 2, end};
    }
    lx->at = end;
}

/* False and *t set if the comment does not end. */
static bool skip_block_comment(cf_lexer *lx, cf_token *t)
{
    uint32_t end = find_pair(lx, lx->at + 2, "*/");
    if (end == NONE) {
        bad(lx, t, 2, "comment without end", "close it with */");
        lx->at = lx->src->len;
        return false;
    }
    lx->at = end + 2;
    return true;
}

/* ---------- #ifdef NAME ... #endif (nplab's dialect) ---------- */

static bool is_directive(const cf_lexer *lx, uint32_t at, const char *word)
{
    size_t len = strlen(word);
    return lx->src->len - at >= len && memcmp(text_at(lx, at), word, len) == 0 && !is_word(text_at(lx, at)[len]);
}

/* The host's name counts as defined, as do the symbols of -D; the scripts name FreeBSD, Linux and the like. */
static bool chosen(const cf_lexer *lx, const char *name)
{
    return strcmp(name, "Linux") == 0 || defined_value(lx, name);
}

/* Behind the next #endif; the end of the text without one. */
static uint32_t after_endif(const cf_lexer *lx, uint32_t from)
{
    for (uint32_t at = from; at < lx->src->len; at++)
        if (lx->src->text[at] == '#' && is_directive(lx, at, "#endif")) return at + 6;
    return NONE;
}

/* False and *t set if it is none, has no name, or its other half is missing. */
static bool skip_directive(cf_lexer *lx, cf_token *t)
{
    if (lx->in_ifdef && is_directive(lx, lx->at, "#endif")) {
        lx->in_ifdef = false;
        lx->at += 6;
        return true;
    }
    if (lx->in_ifdef || !is_directive(lx, lx->at, "#ifdef")) {
        bad(lx, t, 1, "a '#' that begins neither #ifdef NAME nor the #endif of one",
            "comments begin with //; #ifdef does not nest and has no #else");
        return false;
    }
    uint32_t name = lx->at + 6, end;
    while (text_at(lx, name)[0] == ' ' || text_at(lx, name)[0] == '\t') name++;
    for (end = name; end < lx->src->len && is_word(lx->src->text[end]);) end++;
    uint32_t endif = after_endif(lx, end);
    if (end == name || endif == NONE) {
        bad(lx, t, 6, end == name ? "#ifdef without a name" : "#ifdef without #endif", NULL);
        return false;
    }
    lx->in_ifdef = chosen(lx, cf_arena_copy(lx->mem, text_at(lx, name), end - name));
    lx->at = lx->in_ifdef ? end : endif;
    return true;
}

/* False when it met something bad and filled *t. */
static bool skip_blanks(cf_lexer *lx, cf_token *t)
{
    for (;;) {
        const char *c = text_at(lx, lx->at);
        if (lx->at >= lx->src->len) return true;
        if (*c == ' ' || *c == '\t' || *c == '\n') lx->at++;
        else if (c[0] == '/' && c[1] == '/') skip_line_comment(lx);
        else if (c[0] == '/' && c[1] == '*') {
            if (!skip_block_comment(lx, t)) return false;
        } else if (*c == '#') {
            if (!skip_directive(lx, t)) return false;
        } else if (*c == '\r') {
            bad(lx, t, 1, "carriage return: lines must end with a line feed alone",
                "convert the file: sed -i 's/\\r$//' FILE");
            return false;
        } else return true;
    }
}

static bool starts_line(const cf_lexer *lx)
{
    for (uint32_t i = lx->at; i > 0; i--) {
        char c = lx->src->text[i - 1];
        if (c == '\n') return true;
        if (c != ' ' && c != '\t') return false;
    }
    return true;
}

/* ---------- tokens ---------- */

static void finish(cf_lexer *lx, cf_token *t, cf_token_kind kind, uint32_t len)
{
    t->kind = kind;
    t->span = (cf_span){lx->at, lx->at + len};
    t->text = text_at(lx, lx->at);
    t->len = len;
    lx->at += len;
}

static void copy_text(cf_lexer *lx, cf_token *t, uint32_t from, uint32_t end)
{
    t->text = cf_arena_copy(lx->mem, text_at(lx, from), end - from);
    t->len = end - from;
}

/* A string or a command: from its quote to the next one that no backslash protects. */
static void quoted(cf_lexer *lx, cf_token *t, char quote)
{
    uint32_t from = lx->at + 1, end = from;
    bool command = quote == '`';
    while (end < lx->src->len && lx->src->text[end] != quote) end += lx->src->text[end] == '\\' ? 2 : 1;
    if (end >= lx->src->len) {
        bad(lx, t, 1, command ? "command without end" : "string without end",
            command ? "close it with `" : "close it with \"");
        lx->at = lx->src->len;
        return;
    }
    finish(lx, t, command ? CF_TOK_SHELL : CF_TOK_STRING, end + 1 - lx->at);
    copy_text(lx, t, from, end);
}

static void code_block(cf_lexer *lx, cf_token *t)
{
    uint32_t from = lx->at + 2, to = find_pair(lx, from, "}%");
    if (to == NONE) {
        bad(lx, t, 2, "code block without end", "close it with }%");
        lx->at = lx->src->len;
        return;
    }
    finish(lx, t, CF_TOK_CODE, to + 2 - lx->at);
    while (from < to && (lx->src->text[from] == ' ' || lx->src->text[from] == '\t')) from++;
    while (to > from && (lx->src->text[to - 1] == ' ' || lx->src->text[to - 1] == '\t')) to--;
    copy_text(lx, t, from, to);
}

static uint32_t option_length(const char *c)
{
    uint32_t n = 2;
    if (c[0] != '-' || c[1] != '-') return 0;
    while (is_word(c[n])) n++;
    return n > 2 ? n : 0;
}

static uint32_t digits(const char *c)
{
    uint32_t n = 0;
    while (is_digit(c[n])) n++;
    return n;
}

static uint32_t int_length(const char *c)
{
    uint32_t sign = *c == '-';
    uint32_t n = digits(c + sign);
    return n ? sign + n : 0;
}

static uint32_t float_length(const char *c)
{
    uint32_t n = *c == '-';
    n += digits(c + n);
    if (c[n] != '.') return 0;
    uint32_t after = digits(c + n + 1);
    return after ? n + 1 + after : 0;
}

static uint32_t hex_length(const char *c)
{
    uint32_t n = 2;
    if (c[0] != '0' || c[1] != 'x') return 0;
    while (is_hex(c[n])) n++;
    return n > 2 ? n : 0;
}

static uint32_t word_length(const char *c)
{
    uint32_t n = 0;
    while (is_word(c[n])) n++;
    if (n == 8 && memcmp(c, "sequence#", 9) == 0) return 9;
    return n;
}

static uint32_t ip4_length(const char *c)
{
    uint32_t n = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t d = digits(c + n);
        if (d < 1 || d > 3) return 0;
        n += d;
        if (i < 3 && c[n++] != '.') return 0;
    }
    return n;
}

/* Eight groups, or a form with "::": never a sequence range such as 1:1001. */
static uint32_t ip6_length(const char *c)
{
    uint32_t run = 0, colons = 0;
    bool gap = false;
    for (; run < ADDR_TEXT_MAX && (is_hex(c[run]) || c[run] == ':' || c[run] == '.'); run++) {
        if (c[run] != ':') continue;
        colons++;
        if (c[run + 1] == ':') gap = true;
    }
    if (!gap && colons < 7) return 0;
    for (uint32_t n = run; n >= 2; n--) {
        char copy[ADDR_TEXT_MAX + 1];
        cf_addr a;
        memcpy(copy, c, n);
        copy[n] = '\0';
        if (cf_addr_parse(copy, &a) && a.family == 6) return n;
    }
    return 0;
}

static void number(cf_token *t, const char *text, uint32_t len, int base)
{
    char copy[80];
    bool negative = text[0] == '-';
    t->overflow = len >= sizeof copy;
    if (t->overflow) return;
    memcpy(copy, text, len);
    copy[len] = '\0';
    errno = 0;
    unsigned long long v = strtoull(copy + negative, NULL, base);
    t->overflow = errno != 0 || (negative && v > 1ull << 63);
    t->num = (int64_t)(negative ? 0 - v : v);
}

/* What a -D value is, by its first character (section "symbol definitions" of the language). */
static void substitute(cf_token *t, const char *value)
{
    size_t len = strlen(value);
    char *end;
    t->defined = true;
    t->text = value;
    t->len = (uint32_t)len;
    if (*value == '"' || *value == '`') {
        t->kind = *value == '"' ? CF_TOK_STRING : CF_TOK_SHELL;
        return; /* the caller strips both quotes */
    }
    errno = 0;
    t->num = strtoll(value, &end, 0);
    t->kind = *end == '\0' ? CF_TOK_INT : CF_TOK_WORD;
    t->overflow = errno != 0;
}

static void word(cf_lexer *lx, cf_token *t, uint32_t len)
{
    uint32_t from = lx->at;
    finish(lx, t, CF_TOK_WORD, len);
    copy_text(lx, t, from, from + len);
    const char *value = lx->literal || cf_word_reserved(t->text) ? NULL : defined_value(lx, t->text);
    if (!value) return;
    value = cf_arena_copy(lx->mem, value, strlen(value));
    substitute(t, value);
    if (t->kind != CF_TOK_STRING && t->kind != CF_TOK_SHELL) return;
    size_t n = t->len >= 2 ? t->len - 2 : 0;
    t->text = cf_arena_copy(lx->mem, value + 1, n);
    t->len = (uint32_t)n;
}

/* Words, numbers, addresses: the longest wins, of equal ones the first in this order. */
static bool wordlike(cf_lexer *lx, cf_token *t, const char *c)
{
    static const struct {
        uint32_t (*length)(const char *);
        cf_token_kind kind;
    } forms[] = {{option_length, CF_TOK_OPTION}, {int_length, CF_TOK_INT}, {float_length, CF_TOK_FLOAT},
                 {hex_length, CF_TOK_HEX},       {ip4_length, CF_TOK_IP4}, {ip6_length, CF_TOK_IP6},
                 {word_length, CF_TOK_WORD}};
    uint32_t best = 0, at = lx->at;
    cf_token_kind kind = CF_TOK_END;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        uint32_t n = forms[i].length(c);
        if (n <= best) continue;
        best = n;
        kind = forms[i].kind;
    }
    if (best == 0) return false;
    if (kind == CF_TOK_WORD) {
        word(lx, t, best);
        return true;
    }
    finish(lx, t, kind, best);
    if (kind == CF_TOK_INT) number(t, c, best, 10);
    if (kind == CF_TOK_HEX) number(t, c, best, 16);
    if (kind == CF_TOK_OPTION) copy_text(lx, t, at + 2, at + best);
    if (kind == CF_TOK_IP4 || kind == CF_TOK_IP6) copy_text(lx, t, at, at + best);
    return true;
}

void cf_lexer_next(cf_lexer *lx, cf_token *t)
{
    *t = (cf_token){.kind = CF_TOK_END, .text = ""};
    if (!skip_blanks(lx, t)) return;
    t->span = (cf_span){lx->at, lx->at};
    if (lx->at >= lx->src->len) return;
    const char *c = text_at(lx, lx->at);
    t->starts_line = starts_line(lx);
    if (*c == '"' || *c == '`') quoted(lx, t, *c);
    else if (c[0] == '%' && c[1] == '{') code_block(lx, t);
    else if (c[0] == '.' && c[1] == '.' && c[2] == '.') finish(lx, t, CF_TOK_ELLIPSIS, 3);
    else if (!wordlike(lx, t, c)) {
        t->ch = *c;
        finish(lx, t, CF_TOK_CHAR, 1);
    }
}
