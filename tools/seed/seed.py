#!/usr/bin/python3
"""seed: makes the generated part of corpus/, always the same.

    seed.py            writes corpus/vectors, corpus/seed and corpus/MANIFEST.tsv
    seed.py --check    compares them with what would be written; exit status 1 and a list when they differ
"""

import sys
from pathlib import Path

import api_seeds
import auth_seeds
import corner_seeds
import gap_seeds
import later_seeds
import manifest
import opt_seeds
import pair_seeds
import parse_seeds
import pcap_seeds
import script_seeds
import seg_seeds
import setting_seeds
import vectors

ROOT = Path(__file__).resolve().parents[2]
# (what makes the files, the folder it owns below corpus/)
GENERATORS = (
    (vectors.files, "vectors"),
    (parse_seeds.files, "seed/fuzz_parse"),
    (opt_seeds.files, "seed/fuzz_opt"),
    (pcap_seeds.files, "seed/fuzz_pcap"),
    (api_seeds.files, "seed/fuzz_api"),
    (pair_seeds.files, "seed/fuzz_pair"),
    (seg_seeds.files, "seed/fuzz_seg"),
    (later_seeds.files, "seed/fuzz_seg"),
    (auth_seeds.files, "seed/fuzz_seg"),
    (setting_seeds.files, "seed/fuzz_seg"),
    (gap_seeds.files, "seed/fuzz_seg"),
    (corner_seeds.files, "seed/fuzz_seg"),
    (gap_seeds.more_pairs, "seed/fuzz_pair"),
    (setting_seeds.pair_files, "seed/fuzz_pair"),
    (later_seeds.pair_files, "seed/fuzz_pair"),
    (script_seeds.files, "seed/fuzz_script"),
)


def generated():
    """{path below corpus/: bytes} of everything that is generated, and {path: generator}."""
    content, maker = {}, {}
    for make, folder in GENERATORS:
        for name, data in make().items():
            path = f"{folder}/{name}"
            content[path] = data
            maker[path] = f"tools/seed/{make.__module__}.py"
    return content, maker


def present(corpus):
    """{path below corpus/: bytes} of the files in the folders that generators own."""
    return {path.relative_to(corpus).as_posix(): path.read_bytes()
            for _, folder in GENERATORS for path in sorted((corpus / folder).rglob("*")) if path.is_file()}


def differences(corpus):
    """What is wrong with the files on disk, one line each."""
    content, maker = generated()
    there = present(corpus)
    lines = [f"corpus/{path}: is not generated: remove it" for path in there if path not in content]
    for path, data in content.items():
        if path not in there:
            lines.append(f"corpus/{path}: is missing: run tools/dev seed")
        elif there[path] != data:
            lines.append(f"corpus/{path}: differs from what {maker[path]} makes: run tools/dev seed")
    table = corpus / manifest.NAME
    if not table.exists() or table.read_text() != manifest.text(corpus, maker):
        lines.append(f"corpus/{manifest.NAME}: does not describe the files: run tools/dev seed")
    return lines


def write(corpus):
    content, maker = generated()
    for path in present(corpus):
        if path not in content:
            (corpus / path).unlink()
    for path, data in content.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_bytes(data)
    (corpus / manifest.NAME).write_text(manifest.text(corpus, maker))
    return len(content)


def main(argv):
    if argv not in ([], ["--check"]):
        print("usage: seed.py [--check]", file=sys.stderr)
        return 2
    corpus = ROOT / "corpus"
    if not argv:
        print(f"wrote {write(corpus)} files below corpus/")
        return 0
    lines = differences(corpus)
    print("\n".join([*lines, f"seed: {len(present(corpus))} files, {len(lines)} differences"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
