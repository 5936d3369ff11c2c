#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static const cf_expr *value(const char *text)
{
    char line[1000];
    snprintf(line, sizeof line, "f(%s) = 0", text);
    const cf_event *e = event_of(line, CF_MODE_IPV4);
    return e && e->call.argc == 1 ? e->call.argv[0] : NULL;
}

static void kind_is(const char *text, cf_expr_kind kind, uint32_t kids)
{
    const cf_expr *x = value(text);
    if (!x) CHECK_FAIL("not accepted: %s", text);
    if (x->kind != kind) CHECK_FAIL("%s is of kind %d, expected %d", text, (int)x->kind, (int)kind);
    CHECK_EQ(x->count, kids);
}

TEST(each_shape_is_known_by_its_first_word)
{
    kind_is("...", CF_X_ELLIPSIS, 0);
    kind_is("-5", CF_X_INT, 0);
    kind_is("0xffffffff", CF_X_INT, 0);
    kind_is("AF_INET", CF_X_WORD, 0);
    kind_is("\"text\"", CF_X_STRING, 0);
    kind_is("A|B", CF_X_OR, 2);
    kind_is("KEY = 7", CF_X_PAIR, 1);
    kind_is("[1, 2, 3]", CF_X_LIST, 3);
    kind_is("[]", CF_X_LIST, 0);
    kind_is("{A=1, B=2}", CF_X_SET, 2);
    kind_is("inet_addr(\"1.2.3.4\")", CF_X_INET_ADDR, 0);
    kind_is("inet6_addr(\"::1\")", CF_X_INET6_ADDR, 0);
    kind_is("{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"1.2.3.4\")}", CF_X_SOCKADDR, 2);
    kind_is("{..., 1000}", CF_X_IOVEC, 2);
    kind_is("{..., X}", CF_X_SET, 2);
    kind_is("{fd=4, events=POLLIN, revents=POLLOUT|POLLERR}", CF_X_POLLFD, 3);
    kind_is("{fd=4, events=POLLIN}", CF_X_POLLFD, 2);
    kind_is("{onoff=1, linger=0}", CF_X_LINGER, 2);
    kind_is("{events=EPOLLIN, u64=0xffffffffff}", CF_X_EPOLLEV, 2);
    kind_is("{cmsg_level=1, cmsg_type=2, cmsg_data={scm_sec=1,scm_nsec=2}}", CF_X_CMSG, 3);
    kind_is("{ee_errno=0, ee_origin=1, ee_type=2, ee_code=3, ee_info=4, ee_data=5}", CF_X_EXTERR, 6);
    kind_is("{(label 1, tc 0, [S], ttl 2)}", CF_X_MPLS, 0);
    kind_is("{}", CF_X_MPLS, 0);
    kind_is("{flags [none], sum 0, off 0, key 1, seq 2}", CF_X_GRE, 0);
}

TEST(a_message_header_has_buffers_flags_and_control)
{
    const cf_expr *x = value("{msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=MSG_EOR,"
                             " msg_control=[{cmsg_level=1, cmsg_type=2, cmsg_data=3}]}");
    CHECK(x != NULL);
    CHECK_EQ(x->kind, CF_X_MSGHDR);
    CHECK_EQ(x->num, 2);
    CHECK_EQ(x->count, 4);
    CHECK_EQ(x->kid[1]->count, 2);
    CHECK_EQ(x->kid[1]->kid[1]->kid[1]->num, 20);
    CHECK_STR(x->kid_name[3], "msg_control");
    x = value("{msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0, msg_control=[]}");
    CHECK(x != NULL);
    CHECK_EQ(x->kid[3]->count, 0);
    CHECK(value("{msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}") != NULL);
}

TEST(strings_side_by_side_are_one)
{
    const cf_expr *x = value("\"ab\" \"cd\"\n\"e\"");
    CHECK(x != NULL);
    CHECK_STR(x->str, "abcde");
    CHECK_EQ(x->str_len, 5);
    CHECK_STR(value("\"ab\"...")->str, "ab");
    CHECK_STR(value("\"a\\x41\\\"\"")->str, "a\\x41\\\"");
}

TEST(members_have_a_fixed_order_and_are_all_needed)
{
    CHECK(!value("{onoff=1}"));
    CHECK(!value("{onoff=1, linger=A}"));
    CHECK(!value("{cmsg_type=2, cmsg_level=1, cmsg_data=3}") || value("{cmsg_type=2, cmsg_data=3}")->kind == CF_X_SET);
    CHECK(!value("{events=EPOLLIN}"));
    CHECK(!value("{sa_family=AF_INET, sin_addr=inet_addr(\"1.2.3.4\"), sin_port=htons(80)}"));
    CHECK(!value("{fd=1, revents=3}"));
}

TEST(or_binds_to_the_left_and_is_limited)
{
    const cf_expr *x = value("A|B|C");
    CHECK(x != NULL);
    CHECK_EQ(x->kid[0]->kind, CF_X_OR);
    CHECK_STR(x->kid[1]->word, "C");
    cf_buf b = {0};
    for (int i = 0; i < 100; i++) cf_buf_puts(&b, "A|");
    cf_buf_puts(&b, "A");
    CHECK(!value(cf_buf_str(&b)));
    CHECK_SAID("joined by '|'");
    cf_buf_free(&b);
}

TEST(nesting_is_limited)
{
    char text[200];
    memset(text, '[', 100);
    memset(text + 100, '\0', 1);
    CHECK(!value(text));
    CHECK_SAID("nested more than 32 deep");
}

TEST(what_only_looks_like_a_function_is_named)
{
    CHECK(!value("htonl(1)"));
    CHECK_SAID("htonl is not a function");
}
