"""The generated corpus: the same every time, complete, described."""

import json
import struct

import manifest
import packets
import pytest
import seed
import seg_seeds
import vectors


def test_two_generations_are_the_same():
    packets.cases.cache_clear()
    first = vectors.files()
    packets.cases.cache_clear()
    assert vectors.files() == first


def test_there_are_vectors_of_every_verdict_and_both_families():
    rows = json.loads(vectors.files()["wire.json"])["vectors"]
    assert len(rows) >= 200
    verdicts = {row["verdict"] for row in rows}
    assert verdicts == {"ok", "tcp-checksum", "ip-checksum", "doff", "ip-length", "ihl", "short", "version", "fragment",
                        "not-tcp"}
    assert sum(row["hex"].startswith("6") for row in rows) > 50


@pytest.mark.parametrize("options, expected", [
    (packets.mss(1460), {"mss": 1460, "malformed": 0}),
    (packets.mss(500) + packets.mss(1400), {"mss": 1400}),
    (b"\0" + packets.mss(1460), {"mss": "-"}),
    (packets.sack(1, 2), {"sack": "1,2"}),
    (bytes((8, 9)) + bytes(7), {"ts": "-", "malformed": 1}),
    (bytes((3, 40, 7)), {"malformed": 1}),
])
def test_option_bytes_are_understood_as_the_rfc_says(options, expected):
    found = vectors.option_fields(options)
    assert {name: found[name] for name in expected} == expected


def test_programs_have_whole_headers_and_steps():
    for name, data in seg_seeds.files().items():
        assert not data or (len(data) - seg_seeds.HEADER_BYTES) % seg_seeds.STEP_BYTES == 0, name


def test_kinds_and_starts_are_those_of_the_c_sources():
    assert seg_seeds.KINDS["SEG"] == 0 and "FAIR" in seg_seeds.KINDS
    assert seg_seeds.STARTS["LISTEN"] == 0 and len(seg_seeds.STARTS) == 19
    assert seg_seeds.STARTS["CLOSED"] == 18


def test_a_checksum_vector_has_the_checksum_it_names():
    case = next(case for case in packets.cases() if case.name == "checksum-1234-v4")
    assert struct.unpack_from("!H", case.data, 36)[0] == 0x1234


def test_what_is_on_disk_is_what_is_generated():
    assert seed.differences(seed.ROOT / "corpus") == []


def test_every_kind_of_difference_is_reported(tmp_path):
    seed.write(tmp_path)
    assert seed.differences(tmp_path) == []
    (tmp_path / "vectors/wire.tsv").write_text("changed\n")
    (tmp_path / "seed/fuzz_seg/stray").write_bytes(b"x")
    (tmp_path / "seed/fuzz_seg/empty").unlink()
    lines = "\n".join(seed.differences(tmp_path))
    assert "wire.tsv: differs" in lines
    assert "stray: is not generated" in lines
    assert "empty: is missing" in lines
    assert f"{manifest.NAME}: does not describe" in lines
