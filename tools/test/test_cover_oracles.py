"""Tests of tools/devcmd/cover_oracles.py."""

import cover_oracles

TEXT = """static void check(int a, int b)
{
    if (a) return;
    if (a > 1 && /* for a reason */
        b)
        fz_fail("O01 one", "for %d", a);
    if (b < 1) fz_fail("O02 two", "x");
    fz_fail("setup", "no");
}

static void late(int a)
{
    if (a == 0) return;
    say(a);
    fz_fail("O03 three", "y");
}
"""
SEGMENTS = [[2, 1, 9, True, True, False], [4, 5, 7, True, True, False], [6, 9, 0, True, True, False],
            [7, 5, 0, True, True, False], [12, 1, 5, True, True, False], [15, 5, 0, True, True, False]]


def test_a_place_was_asked_as_often_as_the_question_before_it():
    places = cover_oracles.places_of("fuzz/oracle/x.c", TEXT, SEGMENTS)
    assert [(place.line, place.asked) for place in places] == [(6, 7), (7, 0), (15, 5)]


def test_what_was_never_asked_is_named():
    lines, never = cover_oracles.report(cover_oracles.places_of("fuzz/oracle/x.c", TEXT, SEGMENTS))
    assert never == 1
    assert lines == ["oracles: 3 places where one may speak, 1 never asked",
                     '  fuzz/oracle/x.c:7: if (b < 1) fz_fail("O02 two", "x");']


def test_every_oracle_of_the_tree_is_a_place():
    for path, least in (("fuzz/oracle/conn.c", 20), ("fuzz/oracle/verdict.c", 30), ("fuzz/oracle/pace.c", 12)):
        text = (cover_oracles.ROOT / path).read_text(encoding="utf-8")
        assert len(cover_oracles.places_of(path, text, [])) >= least
