"""Calls and words that are banned, with what to write instead: bans.toml."""

import re
from fnmatch import fnmatch

from tree import Finding


def matches(path, patterns):
    return any(fnmatch(path, pattern) for pattern in patterns)


def banned(tree):
    rows = [(re.compile(row["pattern"]), row) for row in tree.settings("bans.toml")["ban"]]
    for file in tree.c_files():
        here = [(pattern, row) for pattern, row in rows
                if matches(file.path, row.get("where", ["*"])) and not matches(file.path, row.get("not_in", []))]
        for number, line in enumerate(file.code_lines, 1):
            for pattern, row in here:
                found = pattern.search(line)
                if found:
                    yield Finding(file.path, number, f"banned: {' '.join(found.group(0).split())}", row["instead"])


RULES = (banned,)
