/* shell_route.h — "ip route add|change|replace ..." of scripts: what it says of the path becomes settings of the
 * target.
 *
 * A target with one route for everything takes them under the names "refstack.route.*"; one without says n/a. Routes
 * themselves (destination, gateway, device, source) are the runner's affair and change nothing. */
#ifndef CF_RUN_SHELL_ROUTE_H
#define CF_RUN_SHELL_ROUTE_H

#include "shell.h"
#include "shell_lex.h"

cf_shell_verdict cf_shell_route(cf_shell *s, const cf_sh_cmd *c);
/* n/a: "command ...". */
cf_shell_verdict cf_shell_not_here(cf_shell *s, const cf_sh_cmd *c);

#endif
