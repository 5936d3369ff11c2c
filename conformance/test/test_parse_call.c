#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static const cf_call *call(const char *text)
{
    const cf_event *e = event_of(text, CF_MODE_IPV4);
    return e ? &e->call : NULL;
}

TEST(a_call_has_a_name_arguments_and_a_result)
{
    const cf_call *c = call("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
    CHECK(c != NULL);
    CHECK_STR(c->name, "setsockopt");
    CHECK_EQ(c->argc, 5);
    CHECK_EQ(c->result->num, 0);
    CHECK(c->errno_name == NULL && c->note == NULL && !c->blocking);
    CHECK_EQ(call("f() = -1")->argc, 0);
    CHECK_EQ(call("f() = 0x10")->result->num, 16);
}

TEST(an_errno_name_has_a_note_and_a_note_may_stand_alone)
{
    const cf_call *c = call("write(4, ..., 10) = -1 EPIPE (Broken pipe)");
    CHECK(c != NULL);
    CHECK_STR(c->errno_name, "EPIPE");
    CHECK_STR(c->note, "Broken pipe");
    c = call("setsockopt(3, 1, 2, \"\", 0) = -1 (Invalid  Argument)");
    CHECK(c != NULL && c->errno_name == NULL);
    CHECK_STR(c->note, "Invalid Argument");
    CHECK_STR(call("f() = -1 EPIPE (one) (two)")->note, "one");
    CHECK(!call("f() = -1 EPIPE"));
    CHECK(!call("f() = -1 (one) (two)"));
}

TEST(notes_are_free_text_within_reason)
{
    CHECK_STR(call("fcntl(3, F_GETFL) = 2 (flags O_RDWR|O_NONBLOCK)")->note, "flags O_RDWR|O_NONBLOCK");
    CHECK_STR(call("f() = 0 (key ack present)")->note, "key ack present");
    CHECK(!call("f() = 0 ()"));
    CHECK(!parse("0 f() = 0 (open\n+0 g() = 0 (closed)"));
}

TEST(a_note_that_upstream_refuses_is_warned_of)
{
    uint32_t line, column;
    static const char *const foreign[] = {"(flags O_RDWR|O_NONBLOCK)", "(one, two)", "(level 7)", "(the ack)"};
    static const char *const columns[] = {"25", "16", "19", "17"};
    char text[80], at[12];
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        snprintf(text, sizeof text, "f() = 0 %s", foreign[i]);
        CHECK(call(text) != NULL);
        const char *said = first_message(&line, &column);
        if (strncmp(said, "upstream packetdrill refuses", 28) != 0) CHECK_FAIL("%s: \"%s\"", text, said);
        snprintf(at, sizeof at, "%u", column);
        CHECK_STR(at, columns[i]);
    }
    CHECK(call("f() = 0 (flags O_RDWR)") != NULL);
    CHECK_STR(first_message(&line, &column), "");
    CHECK(call("f() = -1 EPIPE (Broken pipe) (again)") != NULL);
    CHECK_STR(first_message(&line, &column), "");
}

TEST(a_call_without_a_time_is_named_as_such)
{
    uint32_t line, column;
    CHECK(!parse("0 listen(3, 1) = 0\nclose(3) = 0\n"));
    CHECK_SAID("the time of an event");
    first_message(&line, &column);
    CHECK_EQ(line, 2);
    CHECK_EQ(column, 1);
}
