#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/parcel.h"
#include "../text/mem.h"

static cf_result rich(void)
{
    cf_result r = {.outcome = CF_FAIL, .line = 19, .virtual_us = 4210000, .seed = 7, .hash = 99, .script_sha = "4be1"};
    r.id = cf_mem_str("close/fin");
    r.variant = cf_mem_str("ipv4");
    r.message = cf_mem_str("");
    snprintf(r.signature, sizeof r.signature, "no-packet line 19");
    r.diffs = 2;
    r.diff = cf_mem_zero(2, sizeof *r.diff);
    r.diff[0] = (cf_field_diff){.field = "ack", .script = "1", .wire = "2", .remark = "late"};
    r.diff[1] = (cf_field_diff){.field = "seq", .same = true};
    r.stories = 1;
    r.story = cf_mem_zero(1, sizeof *r.story);
    r.story[0] = (cf_story_line){5, "in", cf_mem_str("SYN"), 3};
    return r;
}

TEST(a_result_comes_out_as_it_went_in)
{
    cf_result in = rich(), out;
    cf_buf b = {0};
    cf_parcel_pack(&b, &in);
    CHECK(cf_parcel_open(b.data, b.len, &out));
    CHECK_STR(out.id, "close/fin");
    CHECK_STR(out.message, "");
    CHECK(out.hint == NULL);
    CHECK_STR(out.signature, "no-packet line 19");
    CHECK_EQ(out.outcome, CF_FAIL);
    CHECK_EQ(out.diffs, 2);
    CHECK_STR(out.diff[0].field, "ack");
    CHECK_STR(out.diff[0].remark, "late");
    CHECK(out.diff[1].same);
    CHECK_STR(out.story[0].text, "SYN");
    CHECK_EQ(out.virtual_us, 4210000);
    cf_buf_free(&b);
    in.diff[0].field = in.diff[1].field = NULL;
    cf_result_free(&in);
    cf_result_free(&out);
}

TEST(a_parcel_that_is_cut_anywhere_is_refused)
{
    cf_result in = rich(), out;
    cf_buf b = {0};
    cf_parcel_pack(&b, &in);
    for (size_t len = 0; len < b.len; len++) {
        char *cut = cf_mem_copy(b.data, len);
        bool whole = cf_parcel_open(cut, len, &out);
        free(cut);
        if (whole) CHECK_FAIL("%zu of %zu bytes were taken for a whole parcel", len, b.len);
    }
    cf_buf_putc(&b, 'x');
    CHECK(!cf_parcel_open(b.data, b.len, &out));
    cf_buf_free(&b);
    cf_result_free(&in);
}

TEST(names_of_fields_are_kept_once)
{
    char a[] = "opt.sack", b[] = "opt.sack";
    CHECK(cf_parcel_name(a) == cf_parcel_name(b));
    CHECK(cf_parcel_name(a) != a);
    CHECK(cf_parcel_name(NULL) == NULL);
}
