#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/infer.h"
#include "capture_fix.h"

TEST(a_line_of_the_script_leads_back_to_its_packet)
{
    cf_capture c;
    cf_recording r;
    cf_told told;
    char why[300];
    story(&c, &(shape){0}, whole, 10);
    CHECK(cf_record(&r, &c, 0, CF_SERVER, why, sizeof why));
    CHECK(cf_infer(&told, &r, &cf_guesses[0], "a title", why, sizeof why));
    uint32_t line = 1, of[11] = {0};
    for (const char *at = cf_buf_str(&told.text); *at; at = strchr(at, '\n') + 1, line++) {
        uint32_t p = cf_told_packet(&told, &r, line);
        of[p] = line; /* the last line that leads to it is its own */
    }
    CHECK_EQ(cf_told_packet(&told, &r, 1), 0);
    CHECK_EQ(cf_told_packet(&told, &r, line), r.count);
    for (uint32_t i = 0; i + 1 < r.count; i++) CHECK(of[i] < of[i + 1]);
    cf_told_free(&told);
    cf_recording_free(&r);
    cf_capture_free(&c);
}
