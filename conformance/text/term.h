/* term.h — what the other end of an output stream is: a terminal or not, how wide, whether colour is welcome. */
#ifndef CF_TEXT_TERM_H
#define CF_TEXT_TERM_H

#include <stdbool.h>
#include <stdio.h>

typedef enum { CF_PLAIN, CF_RED, CF_GREEN, CF_YELLOW, CF_BLUE, CF_CYAN, CF_BOLD, CF_DIM } cf_colour;

bool cf_term_is_tty(FILE *f);
/* Columns of the terminal; COLUMNS if set; else 80. Never under 20. */
int cf_term_width(FILE *f);
/* True for a terminal unless NO_COLOR is set (not empty) or TERM is "dumb". CLICOLOR_FORCE (not empty, not "0") forces
 * it. */
bool cf_term_wants_colour(FILE *f);
/* The escape that switches a colour on (CF_PLAIN: off); "" if on is false. */
const char *cf_term_code(cf_colour c, bool on);

#endif
