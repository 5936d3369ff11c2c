/* again.h — the line to type to see one run again. */
#ifndef CF_CLI_AGAIN_H
#define CF_CLI_AGAIN_H

#include "../suite/select.h"
#include "args.h"

/* "tcprove run close/fin@ipv6 --preset linux -v": everything of the command line that shapes the run, quoted for a
 * shell. Owned. */
char *cf_again(const cf_args *a, const cf_pick *p);

#endif
