#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../spec/machine.h"

static cf_machine *machine(void)
{
    static cf_machine m;
    char why[300];
    if (!m.count && !cf_machine_load(&m, TCPROVE_SPEC_DIR, why, sizeof why)) CHECK_FAIL("%s", why);
    return &m;
}

TEST(every_state_has_moves_and_every_move_ends_in_a_state)
{
    static const char *const states[] = {"CLOSED",      "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                         "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                                         "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        CHECK_STR(cf_machine_state(machine(), states[i]), states[i]);
    for (uint32_t i = 0; i < machine()->count; i++) {
        const cf_move *m = &machine()->items[i];
        if (!*m->event || !*m->section) CHECK_FAIL("row %u is not complete", i + 2);
        if (!*m->to) CHECK_FAIL("row %u has no next state", i + 2);
    }
}

TEST(a_state_is_known_in_any_spelling)
{
    CHECK_STR(cf_machine_state(machine(), "time_wait"), "TIME-WAIT");
    CHECK_STR(cf_machine_state(machine(), "Fin-Wait-1"), "FIN-WAIT-1");
    CHECK(cf_machine_state(machine(), "FIN-WAIT") == NULL);
    CHECK(cf_machine_state(machine(), "") == NULL);
}
