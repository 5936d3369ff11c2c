/* symbols.h — the named constants of scripts, with the numbers of Linux on x86-64, from the one list symbols.def.
 *
 * The lookup of a single constant, cf_symbol, is declared in ast.h. Numbers do not come from the headers of the machine
 * that builds: a script means the same everywhere. */
#ifndef CF_SCRIPT_SYMBOLS_H
#define CF_SCRIPT_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "ast.h"

typedef enum { CF_SYM_PLAIN, CF_SYM_ERRNO } cf_symbol_class;
typedef struct cf_symbol_row {
    const char *name;
    int64_t value;
    cf_symbol_class cls;
} cf_symbol_row;

extern const cf_symbol_row cf_symbols[];
extern const size_t cf_symbol_count;

/* The number of an errno name; 0 if it is none. */
int cf_errno_value(const char *name);
/* "ECONNRESET" for 104; NULL if unknown. */
const char *cf_errno_name(int value);
/* What people read: "Connection reset by peer"; "Unknown error" if unknown. */
const char *cf_errno_text(int value);
/* The known constant nearest to name, or NULL. */
const char *cf_symbol_nearest(const char *name);

#endif
