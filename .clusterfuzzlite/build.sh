#!/bin/bash -eu
# Builds every fuzzer of fuzz/target for an engine that somebody else brings.
#
#   CC CXX CFLAGS CXXFLAGS     compilers and flags: sanitizer and coverage are in the flags
#   LIB_FUZZING_ENGINE         what brings main(): a library or a flag
#   SRC WORK OUT               where sources are, where to build, where programs, corpora, dictionaries go
#   SANITIZER                  address, undefined, memory, coverage, ...: named for the record; the flags say what to do
#   TARGETS                    the fuzzers to build (all but the canary, when not set)
#
# Without cmake on purpose: objects of all parts, one archive, one link for each target.

root=${SRC:-}/tcprove
[ -d "$root/fuzz/target" ] || root=$(cd "$(dirname "$0")/.." && pwd)
: "${WORK:?}" "${OUT:?}" "${LIB_FUZZING_ENGINE:?}"
objects=$WORK/objects
archive=$WORK/libtcprove.a
mkdir -p "$OUT" "$objects"
echo "building for ${SANITIZER:-no} sanitizer with $CC, engine $LIB_FUZZING_ENGINE"

# libpcap: the image has its sources, so that it is instrumented as well (MemorySanitizer asks for that) and the programs
# run without the image; elsewhere the installed one does.
pcap=-lpcap
if [ -d "${SRC:-}/libpcap" ]; then
    cmake -S "$SRC/libpcap" -B "$WORK/libpcap" -DBUILD_SHARED_LIBS=OFF -DDISABLE_DBUS=ON -DDISABLE_RDMA=ON \
        -DDISABLE_BLUETOOTH=ON -DDISABLE_LINUX_USBMON=ON -DBUILD_WITH_LIBNL=OFF -DENABLE_REMOTE=OFF
    cmake --build "$WORK/libpcap" --target pcap_static
    CFLAGS="$CFLAGS -I$SRC/libpcap"
    pcap=$WORK/libpcap/libpcap.a
fi

folders="stack/base stack/wire stack/mech stack/tcp stack/net stack/sock stack/api
    conformance/text conformance/packet conformance/script conformance/spec conformance/capture conformance/audit"
for folder in "$root"/fuzz/*/; do
    case $folder in
    */run/ | */target/ | */test/ | */dict/) ;;
    *) folders="$folders fuzz/$(basename "$folder")" ;;
    esac
done

object_of() {
    local name=${1#"$root"/}
    echo "$objects/${name//\//-}.o"
}

compile() {
    # shellcheck disable=SC2086 # flags are words
    $CC $CFLAGS -std=gnu11 -c "$1" -o "$(object_of "$1")"
}

export -f compile object_of
export root objects CC CFLAGS
sources=$(for folder in $folders; do ls "$root/$folder"/*.c; done)
echo "$sources" | xargs -P "$(nproc)" -I{} bash -euc 'compile {}'
rm -f "$archive"
for source in $sources; do object_of "$source"; done | xargs ar -rcs "$archive"

zip_corpus() {
    python3 - "$@" <<'PYTHON'
import sys, zipfile
from pathlib import Path

target, out, root = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
folders = [root / "corpus" / kind / target for kind in ("seed", "grown", "regress")]
if target == "fuzz_script":
    folders += [root / "conformance/scripts", root / "conformance/selftest"]
if target == "fuzz_meta":
    folders += [root / "corpus" / kind / "fuzz_seg" for kind in ("seed", "grown", "regress")]
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for folder in folders:
        for number, file in enumerate(sorted(f for f in folder.rglob("*") if f.is_file())):
            archive.write(file, f"{folder.parent.name}-{number:05}-{file.name}")
PYTHON
}

all=$(cd "$root/fuzz/target" && ls fuzz_*.c)
for target in ${TARGETS:-$all}; do
    into=$OUT
    [ "$target" != fuzz_canary ] || into=$WORK
    compile "$root/fuzz/target/$target.c"
    # shellcheck disable=SC2086 # flags are words
    $CXX $CXXFLAGS "$(object_of "$root/fuzz/target/$target.c")" "$archive" "$pcap" $LIB_FUZZING_ENGINE \
        -o "$into/$target"
    zip_corpus "$target" "$into/${target}_seed_corpus.zip" "$root"
    [ ! -f "$root/fuzz/dict/$target.dict" ] || cp "$root/fuzz/dict/$target.dict" "$into/"
    cp "$root/.clusterfuzzlite/options" "$into/$target.options"
done
