"""Every folder with sources has a README.md with one title, which says early what the folder must not know."""

import re

from tree import Finding

SOURCE_ENDINGS = {".c", ".h", ".def", ".py"}
TOP = ("stack", "conformance", "fuzz", "tools", "corpus")
CODE_PARTS = ("stack", "conformance", "fuzz")
BORDER = re.compile(r"\b(?:not|nothing|never|no|none|neither|without)\b", re.I)


def present(tree):
    folders = {file.folder for file in tree.files if file.ending in SOURCE_ENDINGS}
    folders |= {part for part in TOP if any(file.path.startswith(part + "/") for file in tree.files)}
    for folder in sorted(folders):
        readme = "README.md" if folder == "." else f"{folder}/README.md"
        if readme not in tree.by_path:
            yield Finding(readme, 1, "the folder has no README.md",
                          "say in its first sentence what the folder knows and what it must not know")


def titles(tree):
    for file in tree.files:
        if file.ending != ".md":
            continue
        outside = re.sub(r"^```.*?^```", lambda m: "\n" * m.group(0).count("\n"), file.data, flags=re.M | re.S)
        found = [n for n, line in enumerate(outside.split("\n"), 1) if line.startswith("# ")]
        if len(found) != 1:
            yield Finding(file.path, found[1] if found else 1, f"{len(found)} titles",
                          "a page has one line that starts with #")


def borders(tree):
    for file in tree.files:
        if file.pure.name != "README.md" or file.pure.parts[0] not in CODE_PARTS:
            continue
        paragraphs = [p for p in file.data.split("\n\n") if p.strip() and not p.startswith("#")]
        first = paragraphs[0] if paragraphs else ""
        if not BORDER.search(first):
            yield Finding(file.path, 1, "the first paragraph does not say what the folder must not know",
                          "say it there")


RULES = (present, titles, borders)
