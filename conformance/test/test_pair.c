#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/pair.h"
#include "capture_fix.h"

static cf_capture a, b;

static void add(cf_capture *c, uint16_t client, uint16_t server, size_t packets)
{
    story_more(c, &(shape){.port = {client, server}}, whole, packets);
}

static void start(void)
{
    cf_capture_start(&a, "a", false);
    cf_capture_start(&b, "b", false);
}

static uint32_t partner(uint32_t of)
{
    uint32_t n, found = CF_NO_SEG;
    cf_pair *p = cf_pair_conns(&a.conns, &b.conns, &n);
    for (uint32_t i = 0; i < n; i++)
        if (p[i].a == of) found = p[i].b;
    free(p);
    return found;
}

static void end(void)
{
    cf_capture_free(&a);
    cf_capture_free(&b);
}

TEST(equal_connections_pair_in_their_order_whatever_the_clients_ports)
{
    start();
    for (uint16_t i = 0; i < 5; i++) add(&a, (uint16_t)(4000 + i), 80, 10);
    for (uint16_t i = 0; i < 5; i++) add(&b, (uint16_t)(5000 + i), 80, 10);
    for (uint32_t i = 0; i < 5; i++) CHECK_EQ(partner(i), i);
    end();
}

TEST(the_port_served_decides_before_the_order)
{
    start();
    add(&a, 4000, 80, 10);
    add(&a, 4001, 443, 10);
    add(&b, 5000, 443, 10);
    add(&b, 5001, 80, 10);
    CHECK_EQ(partner(0), 1);
    CHECK_EQ(partner(1), 0);
    end();
}

TEST(the_amount_of_bytes_decides_between_connections_to_one_port)
{
    start();
    add(&a, 4000, 80, 3);
    add(&a, 4001, 80, 10);
    add(&b, 5000, 80, 10);
    add(&b, 5001, 80, 3);
    CHECK_EQ(partner(0), 1);
    CHECK_EQ(partner(1), 0);
    end();
}

TEST(a_connection_too_many_stays_alone)
{
    uint32_t n;
    start();
    add(&a, 4000, 80, 10);
    add(&b, 5000, 80, 10);
    add(&b, 5001, 80, 3);
    cf_pair *p = cf_pair_conns(&a.conns, &b.conns, &n);
    CHECK_EQ(n, 2);
    CHECK_EQ(p[1].a, CF_NO_SEG);
    CHECK_EQ(p[1].b, 1);
    free(p);
    end();
}
