#include "meta.h"

#include <strings.h>

#include "../script/front.h"
#include "../spec/req.h"
#include "../text/buf.h"
#include "../text/mem.h"
#include "variant.h"

static char *joined(const cf_script *s, const char *key)
{
    cf_buf b = {0};
    for (uint32_t i = 0;; i++) {
        const char *value = cf_front_nth(s, key, i);
        if (!value) break;
        if (i) cf_buf_putc(&b, ' ');
        cf_buf_puts(&b, value);
    }
    return b.len ? cf_buf_take(&b) : NULL;
}

/* The strongest level written in brackets: "RFC5961-rst-exact (MUST), MAY-2 (MAY)" -> "MUST". */
static char *level_in_brackets(const char *spec)
{
    char *best = NULL;
    for (const char *open = spec ? strchr(spec, '(') : NULL; open; open = strchr(open + 1, '(')) {
        const char *close = strchr(open, ')');
        if (!close) break;
        char *level = cf_mem_copy(open + 1, (size_t)(close - open - 1));
        if (!best || cf_req_weight(level) > cf_req_weight(best)) {
            free(best);
            best = level;
        } else {
            free(level);
        }
    }
    return best;
}

static void take_mode(cf_test *t, const cf_script *s)
{
    for (uint32_t i = 0; i < s->options; i++) {
        if (strcmp(s->option[i].name, "ip_version") != 0 || !s->option[i].value) continue;
        const cf_variant *v = cf_variant_find(s->option[i].value);
        if (!v) continue;
        t->mode_given = true;
        t->mode = v->mode;
    }
}

static bool parse_as(const cf_variant *v, const cf_source *src, cf_script *out)
{
    cf_parse_env env = {.mode = v->mode, .defines = v->defines, .define_count = v->define_count};
    cf_diags ignored = {0}; /* running or checking the script reports them; selecting does not */
    bool ok = cf_script_parse_text(out, src->path, src->text, src->len, &env, &ignored);
    cf_diags_free(&ignored);
    return ok;
}

/* A script with words of one family only (ICMPv6 types) parses in that family only. */
void cf_meta_read(cf_test *t, const cf_source *src)
{
    cf_script script;
    if (!parse_as(&cf_variants[0], src, &script)) {
        cf_script_free(&script);
        (void)parse_as(&cf_variants[1], src, &script);
    }
    t->title = joined(&script, "title");
    t->spec = joined(&script, "spec");
    t->level = joined(&script, "level");
    if (!t->level) t->level = level_in_brackets(t->spec);
    t->needs = joined(&script, "needs");
    t->family = joined(&script, "family");
    t->state = joined(&script, "state");
    t->event = joined(&script, "event");
    t->clock = joined(&script, "clock");
    t->bug = joined(&script, "bug");
    take_mode(t, &script);
    cf_script_free(&script);
}

bool cf_words(const char *list, bool (*fn)(void *ctx, const char *word), void *ctx)
{
    static const char between[] = " \t,;\r\n";
    for (const char *at = list; at && *at;) {
        at += strspn(at, between);
        size_t len = *at == '(' ? strcspn(at, ")") + 1 : strcspn(at, " \t,;\r\n(");
        char word[160];
        bool is_word = len > 0 && *at && *at != '(' && len < sizeof word;
        if (is_word) {
            memcpy(word, at, len);
            word[len] = '\0';
            if (!fn(ctx, word)) return false;
        }
        size_t left = strlen(at);
        at += len < left ? len : left;
    }
    return true;
}

static bool differs(void *ctx, const char *word)
{
    return strcasecmp(ctx, word) != 0;
}

bool cf_words_have(const char *list, const char *word)
{
    char copy[160];
    snprintf(copy, sizeof copy, "%s", word);
    return !cf_words(list, differs, copy);
}
