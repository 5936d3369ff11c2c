/* check.h — the test harness: a list of tests per executable, each a sentence in the protocol's words.
 *
 *     TEST(a_duplicate_fin_restarts_time_wait) { ... CHECK_EQ(state, RS_TIME_WAIT); }
 *
 * One source file is one executable; exactly one file of it defines CHECK_MAIN before including this header. A failing
 * check prints file, line and both values and ends that test; the others still run. Arguments on the command line
 * select tests by substring. The last line is "N passed, N failed". Exit status 0 or 1; an executable without tests
 * fails. */
#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
} check_test;
extern check_test *check_tests;
extern jmp_buf check_jump;

#define TEST(n)                                                                                                        \
    static void test_##n(void);                                                                                        \
    static check_test entry_##n = {#n, test_##n, NULL};                                                                \
    __attribute__((constructor)) static void enter_##n(void)                                                           \
    {                                                                                                                  \
        check_test **at = &check_tests;                                                                                \
        while (*at) at = &(*at)->next;                                                                                 \
        *at = &entry_##n;                                                                                              \
    }                                                                                                                  \
    static void test_##n(void)

#define CHECK_FAIL(...)                                                                                                \
    do {                                                                                                               \
        fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                                                \
        fprintf(stderr, __VA_ARGS__);                                                                                  \
        fputc('\n', stderr);                                                                                           \
        longjmp(check_jump, 1);                                                                                        \
    } while (0)
#define CHECK(c)                                                                                                       \
    do {                                                                                                               \
        if (!(c)) CHECK_FAIL("not true: %s", #c);                                                                      \
    } while (0)
#define CHECK_EQ(a, b)                                                                                                 \
    do {                                                                                                               \
        int64_t a_ = (int64_t)(a), b_ = (int64_t)(b);                                                                  \
        if (a_ != b_) CHECK_FAIL("%s is %lld, expected %s = %lld", #a, (long long)a_, #b, (long long)b_);              \
    } while (0)
#define CHECK_STR(a, b)                                                                                                \
    do {                                                                                                               \
        const char *a_ = (a), *b_ = (b);                                                                               \
        if (!a_ || !b_ || strcmp(a_, b_) != 0)                                                                         \
            CHECK_FAIL("%s is \"%s\", expected \"%s\"", #a, a_ ? a_ : "(null)", b_ ? b_ : "(null)");                   \
    } while (0)
/* For the *_broken() checkers: NULL is healthy. */
#define CHECK_SOUND(expr)                                                                                              \
    do {                                                                                                               \
        const char *w_ = (expr);                                                                                       \
        if (w_) CHECK_FAIL("broken: %s", w_);                                                                          \
    } while (0)

/* This machine cannot run the test; the reason is printed and counted. */
#define CHECK_SKIP(...)                                                                                                \
    do {                                                                                                               \
        fprintf(stderr, "skipped: ");                                                                                  \
        fprintf(stderr, __VA_ARGS__);                                                                                  \
        fputc('\n', stderr);                                                                                           \
        longjmp(check_jump, 2);                                                                                        \
    } while (0)

#ifdef CHECK_MAIN
check_test *check_tests;
jmp_buf check_jump;

static int check_selected(const char *name, int argc, char **argv)
{
    if (argc < 2) return 1;
    for (int i = 1; i < argc; i++)
        if (strstr(name, argv[i])) return 1;
    return 0;
}

int main(int argc, char **argv)
{
    volatile int passed = 0, failed = 0, skipped = 0;
    for (check_test *volatile t = check_tests; t; t = t->next) {
        if (!check_selected(t->name, argc, argv)) continue;
        switch (setjmp(check_jump)) {
        case 0:
            t->run();
            passed++;
            break;
        case 2:
            fprintf(stderr, "SKIP %s\n", t->name);
            skipped++;
            break;
        default: fprintf(stderr, "FAIL %s\n", t->name); failed++;
        }
    }
    printf("%d passed, %d failed", passed, failed);
    if (skipped) printf(", %d skipped", skipped);
    putchar('\n');
    return failed || !(passed + skipped);
}
#endif

#endif
