/* calls.h — the system calls a script can make, from the one list calls.def. */
#ifndef CF_SCRIPT_CALLS_H
#define CF_SCRIPT_CALLS_H

#include <stdint.h>

#include "ast.h"

typedef enum {
#define CALL(name, min, max, kinds, result) CF_CALL_##name,
#include "calls.def"
#undef CALL
    CF_CALLS
} cf_call_id;

typedef struct cf_call_desc {
    const char *name;
    cf_call_id id;
    uint8_t min, max;  /* number of arguments */
    const char *kinds; /* one letter per argument, see calls.def */
    bool gives_fd;     /* a result >= 0 in the script stands for any live descriptor */
} cf_call_desc;

extern const cf_call_desc cf_calls[CF_CALLS];
const cf_call_desc *cf_call_find(const char *name); /* NULL: no such call */

#endif
