#include "symbols.h"

#include <string.h>

const cf_symbol_row cf_symbols[] = {
#define SYMBOL(name, value) {#name, value, CF_SYM_PLAIN},
#define ERRNO(name, value, text) {#name, value, CF_SYM_ERRNO},
#include "symbols.def"
#undef SYMBOL
#undef ERRNO
};
const size_t cf_symbol_count = sizeof cf_symbols / sizeof cf_symbols[0];

static const struct {
    int value;
    const char *text;
} errno_texts[] = {
#define SYMBOL(name, value)
#define ERRNO(name, value, text) {value, text},
#include "symbols.def"
#undef SYMBOL
#undef ERRNO
};

static const cf_symbol_row *row_of(const char *name)
{
    for (size_t i = 0; i < cf_symbol_count; i++)
        if (strcmp(cf_symbols[i].name, name) == 0) return &cf_symbols[i];
    return NULL;
}

bool cf_symbol(const char *name, int64_t *value)
{
    const cf_symbol_row *r = row_of(name);
    if (!r) return false;
    *value = r->value;
    return true;
}

int cf_errno_value(const char *name)
{
    const cf_symbol_row *r = row_of(name);
    return r && r->cls == CF_SYM_ERRNO ? (int)r->value : 0;
}

const char *cf_errno_name(int value)
{
    for (size_t i = 0; i < cf_symbol_count; i++)
        if (cf_symbols[i].cls == CF_SYM_ERRNO && cf_symbols[i].value == value) return cf_symbols[i].name;
    return NULL;
}

const char *cf_errno_text(int value)
{
    for (size_t i = 0; i < sizeof errno_texts / sizeof errno_texts[0]; i++)
        if (errno_texts[i].value == value) return errno_texts[i].text;
    return "Unknown error";
}

const char *cf_symbol_nearest(const char *name)
{
    const char *names[sizeof cf_symbols / sizeof cf_symbols[0]];
    for (size_t i = 0; i < cf_symbol_count; i++) names[i] = cf_symbols[i].name;
    return cf_nearest(name, names, cf_symbol_count);
}
