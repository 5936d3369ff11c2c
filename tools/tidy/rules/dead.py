"""Nothing lies around: the root holds what it should, every header and list is included, every source folder is built,
every script is mentioned."""

import posixpath
import re

from tree import Finding

MENTIONED_ENDINGS = {".py", ".sh", ".cmake", ".txt", ".toml"}
# The root: these parts and files, and dot-files. Everything else has a home in a part.
TOP = {"stack", "conformance", "fuzz", "corpus", "tools",
       "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def top_level(tree):
    for name, path in sorted({file.pure.parts[0]: file.path for file in reversed(tree.files)}.items()):
        if name not in TOP and not name.startswith("."):
            yield Finding(path, 1, f"{name} at the root", "move it into a part, or remove it")


def included(tree):
    targets = {posixpath.normpath(posixpath.join(file.folder, name))
               for file in tree.c_files() for name in INCLUDE.findall(file.data)}
    for file in tree.files:
        if file.ending in (".h", ".def") and file.path not in targets:
            yield Finding(file.path, 1, "nobody includes this file", "use it or remove it")


def built(tree):
    """A .c file is built when the CMakeLists.txt of its part names its folder."""
    for file in tree.files:
        if file.ending != ".c":
            continue
        part = file.pure.parts[0]
        lists = tree.by_path.get(f"{part}/CMakeLists.txt")
        folder = "/".join(file.pure.parts[1:-1])
        if lists is None or not re.search(rf"\b{re.escape(folder)}\b", lists.data):
            yield Finding(file.path, 1, "no build compiles this file",
                          f"name its folder in {part}/CMakeLists.txt or remove it")


def mentioned(tree):
    """Scripts and settings that no other file names are dead. pytest finds test_*.py and conftest.py by itself."""
    texts = {file.path: file.data for file in tree.files if file.ending != ".tsv"}
    for file in tree.files:
        name = file.pure.name
        found_by_name = name.startswith("test_") or name in ("conftest.py", "__init__.py", "__main__.py",
                                                             "CMakeLists.txt")
        if file.ending not in MENTIONED_ENDINGS or found_by_name:
            continue
        word = re.compile(rf"\b{re.escape(file.pure.stem)}\b")
        if not any(word.search(text) for path, text in texts.items() if path != file.path):
            yield Finding(file.path, 1, "nobody mentions this file", "use it or remove it")


RULES = (top_level, included, built, mentioned)
