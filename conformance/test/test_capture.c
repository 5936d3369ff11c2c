#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <unistd.h>

#include "../capture/capture.h"
#include "capture_fix.h"
#include "fixture.h"

static char why[400];

static bool says(const cf_capture *c, const char *text)
{
    cf_buf b = {0};
    cf_capture_left_out(c, &b);
    bool found = strstr(cf_buf_str(&b), text) != NULL;
    if (!found) fprintf(stderr, "left out: %s\n", cf_buf_str(&b));
    cf_buf_free(&b);
    return found;
}

TEST(a_sound_capture_leaves_nothing_out)
{
    cf_capture c;
    cf_buf b = {0};
    tree_new();
    CHECK(cf_capture_read(&c, story_file("a.pcap", &(shape){0}, whole, 10), false, why, sizeof why));
    CHECK_EQ(c.tcp, 10);
    cf_capture_left_out(&c, &b);
    CHECK_STR(cf_buf_str(&b), "");
    cf_buf_free(&b);
    cf_capture_free(&c);
    tree_free();
}

TEST(a_damaged_capture_gives_what_is_before_the_damage_and_says_so)
{
    cf_capture c;
    tree_new();
    const char *path = story_file("a.pcap", &(shape){0}, whole, 10);
    CHECK_EQ(truncate(path, 600), 0);
    CHECK(cf_capture_read(&c, path, false, why, sizeof why));
    CHECK(c.tcp > 1 && c.tcp < 10);
    CHECK(says(&c, "damaged after packet"));
    CHECK(says(&c, "everything before that was used"));
    cf_capture_free(&c);
    tree_free();
}

TEST(what_is_not_tcp_is_counted_by_kind)
{
    cf_capture c;
    uint8_t ip[100];
    uint32_t n = beat_bytes(ip, sizeof ip, &(shape){0}, &whole[2]);
    cf_capture_start(&c, "odd", false);
    ip[9] = 17;
    CHECK(cf_capture_add(&c, 0, ip, n, why, sizeof why));
    ip[6] |= 0x20;
    CHECK(cf_capture_add(&c, 0, ip, n, why, sizeof why));
    CHECK(cf_capture_add(&c, 0, ip, 10, why, sizeof why));
    CHECK(cf_capture_add(&c, 0, (const uint8_t *)"\x41", 1, why, sizeof why));
    CHECK(says(&c, "1 IP packet that is not about TCP"));
    CHECK(says(&c, "1 IP fragment"));
    CHECK(says(&c, "2 packets cut inside their headers"));
    cf_capture_free(&c);
}
