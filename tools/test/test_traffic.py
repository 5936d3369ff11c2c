"""What programs have to have done that others wrote: their status, what they say, and the bytes that have come."""

import sys

import pytest
import traffic


class Two:
    """Of a pair of namespaces, what transfers need of it."""

    def __init__(self, folder):
        self.folder, self.failures = folder, []


@pytest.fixture
def two(tmp_path):
    (tmp_path / "work/www").mkdir(parents=True)
    (tmp_path / "work/www/page").write_bytes(b"as it was sent")
    return Two(tmp_path)


def python(text):
    return sys.executable, "-c", text


def test_a_status_that_is_not_allowed_is_told_with_what_the_program_said(two):
    traffic.transfer(two, *python("print(404)"), says="404")
    traffic.transfer(two, *python("exit(28)"), status=(7, 28))
    assert two.failures == []
    traffic.transfer(two, *python("exit('no route')"))
    traffic.transfer(two, *python("print(200)"), says="404")
    assert [text.partition(" of: ")[0] for text in two.failures] == ["status 1 (no route)", "status 0 (200)"]


def test_a_program_that_hangs_is_ended_and_told(two, monkeypatch):
    monkeypatch.setattr(traffic, "TRANSFER_S", 0.2)
    traffic.transfer(two, "sleep", "60")
    assert two.failures == ["not over within 0.2 s: sleep 60"]


@pytest.mark.parametrize("came, wrong", [(b"as it was sent", 0), (b"as it was sens", 1), (b"as it was", 1), (None, 1)])
def test_what_is_fetched_is_compared_with_what_was_sent(two, monkeypatch, came, wrong):
    def curl(pair, *words):
        if came is not None:
            (pair.folder / "work/got-0").write_bytes(came)
        assert words[-1] == "http://[fd09::2]/page"
    (two.folder / "work/got-0").write_bytes(b"as it was sent")  # by the fetch before
    monkeypatch.setattr(traffic, "transfer", curl)
    traffic.fetch(two, "http://[fd09::2]/", "page")
    assert len(two.failures) == wrong
