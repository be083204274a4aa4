#!/usr/bin/env bash
# Builds the stand-in for libavdevice (x86-64 Linux). Needs gcc. The same compiler gives the same bytes.
#   ./build.sh [FILE]      default: the resource that the program brings along
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../resources/org/liuhen/describe/libavdevice.so.62}
gcc -std=c11 -Os -Wall -Wextra -Werror -fPIC -ffreestanding -fno-asynchronous-unwind-tables -fno-ident -shared -nostdlib -s \
  -Wl,-soname,libavdevice.so.62 -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,now \
  -Wl,--version-script=<(echo 'LIBAVDEVICE_62 { global: av*; local: *; };') -o "$out" "$here/avdevice.c"
