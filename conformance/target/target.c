/* target.c — the registry of targets, and the lists of capabilities. */
#include "target.h"

#include <string.h>

#include "linux.h"
#include "ref.h"
#include "so.h"

const cf_target_ops *const cf_targets[] = {&cf_target_ref, &cf_target_linux, &cf_target_so, NULL};

const cf_target_ops *cf_target_find(const char *name)
{
    for (const cf_target_ops *const *t = cf_targets; *t; t++)
        if (strcmp((*t)->name, name) == 0) return *t;
    return NULL;
}

static const struct {
    const char *name, *text;
} caps[] = {
#define CAP(id, name, text) {name, text},
#include "caps.def"
#undef CAP
};

int cf_cap_find(const char *name)
{
    for (int i = 0; i < CF_CAPBITS; i++)
        if (strcmp(caps[i].name, name) == 0) return i;
    return -1;
}

const char *cf_cap_name(int bit)
{
    return bit >= 0 && bit < CF_CAPBITS ? caps[bit].name : "?";
}

const char *cf_cap_text(int bit)
{
    return bit >= 0 && bit < CF_CAPBITS ? caps[bit].text : "?";
}
