"""Every C source has a mirrored test: part/folder/x.c has part/test/test_x.c. Exceptions need a reason."""

from fnmatch import fnmatch

from tree import Finding

PARTS = ("stack", "conformance", "fuzz")


def sources(tree):
    return [file for file in tree.files if file.ending == ".c" and file.pure.parts[0] in PARTS and not file.is_test]


def twins(tree):
    excused = tree.settings("exceptions.toml").get("twin", {})
    for file in sources(tree):
        twin = f"{file.pure.parts[0]}/test/test_{file.pure.stem}.c"
        if twin not in tree.by_path and not any(fnmatch(file.path, pattern) for pattern in excused):
            yield Finding(file.path, 1, f"no test: {twin} is not there",
                          "write it; tests are sentences in the protocol's words")


def excuses(tree):
    """An exception that excuses nothing has outlived its reason."""
    excused = tree.settings("exceptions.toml").get("twin", {})
    paths = [file.path for file in sources(tree)]
    if (tree.root / "tools/tidy/exceptions.toml").exists():
        for pattern, reason in excused.items():
            if not any(fnmatch(path, pattern) for path in paths):
                yield Finding("tools/tidy/exceptions.toml", 1, f'"{pattern}" matches no source', "remove the exception")
            if len(reason) < 10:
                yield Finding("tools/tidy/exceptions.toml", 1, f'"{pattern}" has no reason', "say why it needs no test")


def empty_tests(tree):
    for file in tree.files:
        if file.ending == ".c" and file.is_test and file.pure.name.startswith("test_") and "TEST(" not in file.code:
            yield Finding(file.path, 1, "a test file without a TEST", "write one or remove the file")


RULES = (twins, excuses, empty_tests)
