"""What `cmake --install` leaves: a command that finds its scripts, and a stack that others can build with."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

EMBED = r"""
#include <refstack/refstack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    rs_config cfg = rs_config_linux();
    size_t need = rs_stack_size(&cfg);
    void *arena = aligned_alloc(64, (need + 63) / 64 * 64);
    if (!arena) return 1;
    memset(arena, 0, need);
    rs_stack *st;
    rs_status made = rs_stack_init(&st, arena, need, &cfg, (rs_time){0});
    printf("%s\n", !made.code && !rs_stack_broken(st) ? "a stack" : rs_status_text(made.code));
    free(arena);
    return made.code != 0;
}
"""


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module", name="prefix")
def installed(tmp_path_factory):
    build = ROOT / "build/release"
    assert (build / "bin/tcprove").exists(), "build first: tools/dev build release"
    prefix = tmp_path_factory.mktemp("prefix")
    done = run("cmake", "--install", build, "--prefix", prefix)
    assert done.returncode == 0, done.stderr
    return prefix


def test_the_command_finds_what_was_installed_with_it(prefix, tmp_path):
    tcprove = prefix / "bin/tcprove"
    listed = run(tcprove, "explain", "close/fin-with-data", cwd=tmp_path)
    assert listed.returncode == 0 and str(prefix) in listed.stdout
    assert run(tcprove, "run", "close", cwd=tmp_path).returncode == 0
    assert run(tcprove, "compare", "close/fin-with-data", "--with", "golden:linux-6.18", cwd=tmp_path).returncode == 0
    assert "1 worlds" in run(tcprove, "sim", "--seed", "1", cwd=tmp_path).stdout
    assert (prefix / "share/man/man1/tcprove.1").exists()


def test_the_stack_is_built_with_as_pkg_config_says(prefix, tmp_path):
    (tmp_path / "embed.c").write_text(EMBED, "utf-8")
    found = dict(os.environ, PKG_CONFIG_PATH=":".join(map(str, prefix.glob("lib*/**/pkgconfig"))))
    flags = run("pkg-config", "--cflags", "--libs", "refstack", env=found)
    assert flags.returncode == 0, flags.stderr
    built = run("gcc", "-std=c11", "-Wall", "-Werror", "embed.c", *flags.stdout.split(), "-o", "embed", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert run(tmp_path / "embed").stdout == "a stack\n"
