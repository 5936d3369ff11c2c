#include "result.h"

#include <stdlib.h>

const char *cf_outcome_name(cf_outcome o)
{
    static const char *const names[CF_OUTCOMES] = {
        [CF_PASS] = "pass", [CF_LAX] = "lax",         [CF_FAIL] = "fail",         [CF_SEEN] = "seen",
        [CF_NA] = "n/a",    [CF_RUN_ERROR] = "error", [CF_UNSTEADY] = "unsteady",
    };
    return (unsigned)o < CF_OUTCOMES ? names[o] : "?";
}

void cf_result_free(cf_result *r)
{
    char *owned[] = {r->id,   r->variant, r->target, r->path,  r->message, r->hint,  r->script_packet, r->wire_packet,
                     r->spec, r->level,   r->title,  r->notes, r->pcap,    r->calls, r->info};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
    for (uint32_t i = 0; i < r->stories; i++) free(r->story[i].text);
    free(r->story);
    free(r->diff);
    *r = (cf_result){0};
}
