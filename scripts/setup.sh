#!/usr/bin/env bash
# Prepare this checkout: Qt's system libraries, .venv, and the pinned requirements.
#
#   scripts/setup.sh run     what the application needs (a real window)
#   scripts/setup.sh test    what its tests and checks need (no display)
#
# Safe to call every time: what is in place is left alone. PYTHON names the interpreter to use.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode="${1:-run}"
case "$mode" in
  run) requirements=(requirements/runtime.txt) ;;
  test) requirements=(requirements/runtime.txt requirements/dev.txt) ;;
  *)
    echo "usage: scripts/setup.sh [run|test]" >&2
    exit 2
    ;;
esac

venv=.venv
system="$(uname -s)"

say() { echo "setup: $*"; }
fail() {
  echo "setup: $*" >&2
  exit 1
}

supported() { # does this interpreter run, and is it one that TensorFlow has wheels for?
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
    >/dev/null 2>&1 </dev/null
}

on_apt() { [ "$system" = Linux ] && command -v apt-get >/dev/null 2>&1; }

# ------------------------------------------------------------------------------ Python

python=""
find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    supported "$PYTHON" || fail "PYTHON=$PYTHON is not a working Python 3.11, 3.12 or 3.13."
    python="$PYTHON"
    return
  fi
  for candidate in python3.11 python3.12 python3.13 python3; do
    if supported "$candidate"; then
      python="$candidate"
      return
    fi
  done
  if on_apt; then
    fail "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one (Debian 12: sudo apt-get install python3.11 python3.11-venv), or name it: PYTHON=/path/to/python3.12 make $mode"
  fi
  fail "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one, or name it: PYTHON=/path/to/python3.12 make $mode"
}

# --------------------------------------------------------------------- system packages

# The library's file name, then the package of Debian and Ubuntu that brings it.
offscreen_libraries="
  libGL.so.1 libgl1
  libEGL.so.1 libegl1
  libX11.so.6 libx11-6
  libxkbcommon.so.0 libxkbcommon0
  libfontconfig.so.1 libfontconfig1
  libfreetype.so.6 libfreetype6
  libdbus-1.so.3 libdbus-1-3
  libglib-2.0.so.0 libglib2.0-0
  libgthread-2.0.so.0 libglib2.0-0
"
window_libraries="
  libxcb-cursor.so.0 libxcb-cursor0
  libxkbcommon-x11.so.0 libxkbcommon-x11-0
  libxcb-icccm.so.4 libxcb-icccm4
  libxcb-keysyms.so.1 libxcb-keysyms1
  libxcb-shape.so.0 libxcb-shape0
  libxcb-randr.so.0 libxcb-randr0
  libxcb-xkb.so.1 libxcb-xkb1
  libX11-xcb.so.1 libx11-xcb1
"

known_libraries=""
has_library() { # by file name: packages are called differently from release to release
  local name="$1" folder
  case "$known_libraries" in *"$name "*) return 0 ;; esac
  # Where ldconfig is missing or its cache is stale.
  for folder in /usr/lib /usr/lib64 /lib /lib64 "/usr/lib/$(uname -m)-linux-gnu" \
    ${LD_LIBRARY_PATH:+${LD_LIBRARY_PATH//:/ }}; do
    [ -e "$folder/$name" ] && return 0
  done
  return 1
}

has_font() {
  if command -v fc-list >/dev/null 2>&1; then
    [ -n "$(fc-list 2>/dev/null | head -n 1)" ]
  else # a bare system has fonts without fontconfig's own commands
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.fonts" \
      "${HOME:-/nonexistent}/.local/share/fonts" \
      \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' -o -name '*.pfb' \) 2>/dev/null | head -n 1)" ]
  fi
}

needs_venv_package() {
  ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1
}

missing_packages() { # one package a line
  local library package libraries="$offscreen_libraries"
  [ "$mode" = run ] && libraries="$libraries$window_libraries"
  known_libraries="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | awk '/=>/ {print $1}' | tr '\n' ' ')"
  while read -r library package; do
    if [ -n "$library" ] && ! has_library "$library"; then
      echo "$package"
    fi
  done <<<"$libraries"
  has_font || echo fonts-dejavu-core
  # Tests of runs over ssh start a server of their own; without it they say that they are skipped.
  # Not where the package would start a server for everybody.
  if [ "$mode" = test ] && on_apt && [ "$(id -u)" -eq 0 ] && [ ! -d /run/systemd/system ]; then
    has_command sshd || echo openssh-server
    has_command ssh || echo openssh-client
  fi
  if needs_venv_package; then
    "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
  fi
}

has_command() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

install_packages() {
  local packages=("$@") as_root=() log
  local line="sudo apt-get update && sudo apt-get install -y ${packages[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true >/dev/null 2>&1; then
      fail "system packages are missing. Install them, then try again: $line"
    fi
    as_root=(sudo -n)
  fi
  say "installing system packages: ${packages[*]}"
  log="$(mktemp)"
  # An update that fails can still leave lists that are good enough.
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get update \
    >"$log" 2>&1 </dev/null || true
  if ! ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install them. Try it yourself: $line"
  fi
  rm -f "$log"
}

ensure_system_packages() {
  [ "$system" = Linux ] || return 0 # elsewhere Qt's wheels need nothing more
  local packages=() package
  while read -r package; do
    [ -n "$package" ] && packages+=("$package")
  done < <(missing_packages | sort -u)
  [ "${#packages[@]}" -eq 0 ] && return 0
  if on_apt; then
    install_packages "${packages[@]}"
  else
    fail "system libraries are missing. Install what your distribution calls these packages of Debian: ${packages[*]}"
  fi
}

# ------------------------------------------------------------------- .venv, requirements

ensure_venv() {
  if supported "$venv/bin/python"; then
    # PYTHON asks for one interpreter: keep .venv only if it was made from that version.
    [ -z "${PYTHON:-}" ] && return 0
    local version='import sys; print("%d.%d" % sys.version_info[:2])'
    [ "$("$python" -c "$version")" = "$("$venv/bin/python" -c "$version")" ] && return 0
  fi
  say "creating $venv with $("$python" --version 2>&1)"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "$python could not create $venv; see the lines above."
}

checksum() { # of the files' content; cksum is in POSIX, sha256sum is not on macOS
  cat "$@" | cksum | tr -d '\n'
}

ensure_requirements() {
  local wanted stamp="$venv/requirements-$mode.stamp"
  wanted="$(checksum "${requirements[@]}")"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  if [ -f "$venv/requirements-run.stamp" ]; then
    say "installing ${requirements[*]} into $venv"
  else
    say "installing ${requirements[*]} into $venv; TensorFlow makes this a large download, about 600 MB, that takes minutes"
  fi
  rm -f "$stamp"
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
    --requirement "${requirements[${#requirements[@]} - 1]}" ||
    fail "pip could not install the requirements; see the lines above, then try again."
  checksum requirements/runtime.txt >"$venv/requirements-run.stamp"
  echo "$wanted" >"$stamp"
}

if supported "$venv/bin/python" && [ -z "${PYTHON:-}" ]; then
  python="$venv/bin/python"
else
  find_python
fi
ensure_system_packages
ensure_venv
ensure_requirements
