"""corpus/MANIFEST.tsv: every file of the corpus with its hash, where it comes from, its licence and its generator."""

import hashlib

NAME = "MANIFEST.tsv"
HEAD = ("path", "sha256", "origin", "licence", "generator")
LICENCE = "0BSD"
# Files that describe the corpus are no part of it.
ABOUT = {"README.md", NAME}


def origin(path):
    return {"seed": "generated", "vectors": "generated", "grown": "fuzzing, merged", "regress": "a finding, fixed",
            "pcap": "recorded"}[path.split("/")[0]]


def text(corpus, maker):
    """The table for what is on disk. maker: {path: generator} of generated files."""
    rows = ["\t".join(HEAD)]
    for file in sorted(corpus.rglob("*")):
        path = file.relative_to(corpus).as_posix()
        if file.is_file() and file.name not in ABOUT:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            rows.append("\t".join((path, digest, origin(path), LICENCE, maker.get(path, "-"))))
    return "\n".join(rows) + "\n"
