#include "wire.h"

static const struct {
    const char *name, *text, *rfc;
} rows[RS_WIRES] = {
    [RS_WIRE_OK] = {"OK", "well formed", ""},
#define W(name, text, rfc) [RS_WIRE_##name] = {#name, text, rfc},
#include "wire.def"
#undef W
};

static bool listed(rs_wire w)
{
    return (unsigned)w < RS_WIRES;
}

const char *rs_wire_name(rs_wire w)
{
    return listed(w) ? rows[w].name : "?";
}
const char *rs_wire_text(rs_wire w)
{
    return listed(w) ? rows[w].text : "?";
}
const char *rs_wire_rfc(rs_wire w)
{
    return listed(w) ? rows[w].rfc : "?";
}
