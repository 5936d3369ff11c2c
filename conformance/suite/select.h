/* select.h — the words after `tcprove run`: which scripts, in which variants.
 *
 *   names    close   close/fin   close/fin@ipv6   'cc/ne*'   RFC7323   RFC9293-MUST-13   path/to/file.pkt   a/folder
 *            selected is everything that at least one name means; without a name that is every shipped script
 *   filters  state:FIN_WAIT_1  event:RST  level:MUST  needs:sack  title:word  spec:RFC5961  family:ipv6
 *            clock:live-safe
 *            what is selected must pass every filter; with a '-' in front it must not pass it
 *
 * "bugs" means the scripts in that folder and all others that name a bug ("//: bug:"); bugs/CVE-2004-0230 and
 * 'bugs/lwIP-*' those that name that one, or one of these. A word that is no path, id or requirement selects by title
 * ("challenge"). A name that means nothing is an error, even when others mean something: nobody wants to believe that a
 * test ran which did not. */
#ifndef CF_SUITE_SELECT_H
#define CF_SUITE_SELECT_H

#include "find.h"
#include "variant.h"

typedef struct cf_pick {
    const cf_test *test;
    const cf_variant *variant;
} cf_pick;

typedef struct cf_selection {
    cf_tests tests; /* everything known: shipped and named by path */
    cf_pick *picks; /* script by script, variants in their order */
    uint32_t count, cap;
    uint32_t scripts; /* scripts with at least one pick */
    bool everything;  /* no words were given: all shipped scripts */
} cf_selection;

/* Finds the scripts and picks. variants: bits of cf_variants that may be used at all. False with a message for the user
 * in why, nearest names included. The selection must be freed in both cases. */
bool cf_select(cf_selection *s, const char *root, const char *const *words, uint32_t count, unsigned variants,
               char *why, size_t why_cap);
void cf_selection_free(cf_selection *s);

#endif
