/* machine.h — the state machine as the RFC tells it: every (state, event, guard) with its action and next state.
 *
 * Read from state-machine.tsv, which is kept by hand and independent of the stack's own table: it judges that one. */
#ifndef CF_SPEC_MACHINE_H
#define CF_SPEC_MACHINE_H

#include "tsv.h"

typedef struct cf_move {
    const char *from, *event, *guard, *action, *to, *section;
} cf_move;

typedef struct cf_machine {
    cf_tsv table;
    cf_move *items;
    uint32_t count;
} cf_machine;

/* Reads state-machine.tsv of the folder. False with the reason in why. */
bool cf_machine_load(cf_machine *m, const char *dir, char *why, size_t why_cap);
void cf_machine_free(cf_machine *m);
/* The table's spelling of a state ("time_wait", "Time-Wait" -> "TIME-WAIT"); NULL if it is none. */
const char *cf_machine_state(const cf_machine *m, const char *word);

#endif
