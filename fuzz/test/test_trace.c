#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../prog/trace.h"

TEST(tracing_is_off_unless_asked_for)
{
    unsetenv("FZ_TRACE");
    unsetenv("FZ_SCRIPT");
    unsetenv("FZ_PCAP");
    CHECK(!fz_tracing() && !fz_telling());
    fz_trace_on();
    CHECK(fz_tracing() && fz_telling());
}

TEST(descriptors_have_the_numbers_that_they_have_in_a_script)
{
    CHECK_EQ(fz_script_fd(0), 3);
    CHECK_EQ(fz_script_fd(-1), -1);
}
