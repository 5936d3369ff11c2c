#include "calls.h"

#include <string.h>

const cf_call_desc cf_calls[CF_CALLS] = {
#define CALL(name, min, max, kinds, result) {#name, CF_CALL_##name, min, max, kinds, result},
#include "calls.def"
#undef CALL
};

const cf_call_desc *cf_call_find(const char *name)
{
    for (size_t i = 0; i < CF_CALLS; i++)
        if (strcmp(cf_calls[i].name, name) == 0) return &cf_calls[i];
    return NULL;
}
