#!/usr/bin/python3
"""tidy: the house rules that a program can check.

    tidy.py [ROOT]      every finding as `path:line: what: how to fix`; exit status 1 if there is one

The rules are the functions in rules/*.py (each module lists its own in RULES); what they allow is data: floors.toml,
bans.toml, exceptions.toml. A rule takes the Tree and yields Findings."""

import sys
from pathlib import Path

from rules import bans, dead, floors, lengths, readmes, text, twins
from tree import Tree

MODULES = (text, lengths, floors, bans, twins, readmes, dead)


def run(root):
    """All findings of a tree, sorted by place."""
    tree = Tree(root)
    findings = {finding for module in MODULES for rule in module.RULES for finding in rule(tree)}
    return tree, sorted(findings)


def main(argv):
    root = Path(argv[0]) if argv else Path(__file__).resolve().parents[2]
    if not root.is_dir():
        print(f"tidy: {root} is not a folder", file=sys.stderr)
        return 2
    tree, findings = run(root)
    for finding in findings:
        print(finding.text())
    if not tree.files:
        print(f"tidy: no files under {root}", file=sys.stderr)
        return 2
    print(f"tidy: {len(tree.files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
