#!/usr/bin/env bash
# The README's two commands on a fresh machine: in a minimal Debian 12 (Python, make, git and nothing
# else) that debootstrap makes in a temporary folder, with a clean clone of the last commit.
#
#   sudo scripts/fresh.sh           make run, until the window is painted; then make test
#   sudo scripts/fresh.sh test      one of them alone, with nothing that the other installs
#
# Says what each took and ends with 0 if both worked. Wants root, 5 GB in TMPDIR, and on this machine
# debootstrap, Xvfb, xdotool and ImageMagick: the screen and what looks at it stay outside.
#
# DEBIAN_MIRROR names the mirror; by default it is the one of this machine's apt. The proxy and pip's
# configuration of this machine hold inside too. A picture of the window is kept in FRESH_PICTURE.
set -euo pipefail

say() { echo "fresh: $*"; }
fail() {
  echo "fresh: $*" >&2
  exit 1
}

readonly clone=/root/pipeline-explorer
readonly patience_s=3600
readonly window='^Pipeline Explorer'

# ------------------------------------------------------------------------- outside

missing() {
  local pair command
  for pair in debootstrap:debootstrap unshare:util-linux git:git Xvfb:xvfb xdotool:xdotool \
    import:imagemagick; do
    command="${pair%%:*}"
    command -v "$command" >/dev/null 2>&1 || echo "${pair##*:}"
  done
}

mirror_of_this_machine() {
  apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E -m 1 '^https?://.*/debian/?$' || true
}

owned_git() { git -c "safe.directory=$PWD" "$@"; }

pip_paths() { # files of pip's configuration, and what is named in them
  python3 -m pip config debug 2>/dev/null | sed -n 's/^ *\(\/.*\), exists: True$/\1/p'
  python3 -m pip config list 2>/dev/null | grep -oE "(file://)?/[^ '\"\\]+" | sed 's,^file://,,'
}

make_root() { # root
  local mirror="${DEBIAN_MIRROR:-$(mirror_of_this_machine)}" more=""
  [ -n "$mirror" ] || fail "apt here names no Debian mirror: set DEBIAN_MIRROR to the address of one."
  # Installed later on, this package would put Debian's certificates in the place of this machine's.
  if [ "${mirror#https:}" != "$mirror" ] || pip_paths | grep ^/etc/ssl/ >/dev/null; then
    more=,ca-certificates
  fi
  say "making a Debian 12 in $1"
  debootstrap --variant=minbase "--include=python3,make,git$more" bookworm "$1" "$mirror" \
    >"$1.log" 2>&1 </dev/null || {
    tail -n 20 "$1.log" >&2
    fail "debootstrap failed; see the lines above."
  }
  cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
  # Through a bundle: git refuses to clone what belongs to somebody other than root.
  owned_git bundle create --quiet "$1.bundle" HEAD
  git -c advice.detachedHead=false clone --quiet "$1.bundle" "$1$clone"
}

main() {
  local root status=0 packages
  packages="$(missing | tr '\n' ' ')"
  [ -z "$packages" ] || fail "missing here. Install what is needed: sudo apt-get install -y $packages"
  [ "$(id -u)" -eq 0 ] || fail "root is needed to make a Debian and to enter it: sudo $0 $*"
  cd "$(dirname "${BASH_SOURCE[0]}")/.."
  [ -z "$(owned_git status --porcelain)" ] || say "what is not committed is left out"

  root="$(mktemp -d)"
  # What is mounted in there is mounted for the process below alone and goes with it.
  trap 'rm -rf --one-file-system "$root" "$root.log" "$root.bundle"' EXIT
  trap 'exit 130' INT TERM HUP
  make_root "$root"
  unshare --mount --propagation private --pid --fork --kill-child --mount-proc="$root/proc" \
    bash "$PWD/scripts/fresh.sh" --inside "$root" "${@:-both}" || status=$?
  exit "$status"
}

# ---------------------------------------------------------- with mounts of its own

bring_in_pip_configuration() { # root
  local path
  while read -r path; do
    if [ -d "$path" ]; then
      path="${path%/simple}" # the pages of an index link to files beside it
      mkdir -p "$1$path"
      mount -o bind,ro "$path" "$1$path"
    elif [ -f "$path" ]; then
      mkdir -p "$1$(dirname "$path")"
      cp -L "$path" "$1$path"
    fi
  done < <(pip_paths | sort -u)
}

within() { # root, command...: in there, with a bare environment
  local root="$1" name kept=()
  shift
  for name in $(compgen -e | grep -E '^(PIP_.*|(http|https|no)_proxy|(HTTP|HTTPS|NO)_PROXY)$'); do
    kept+=("$name=${!name}")
  done
  chroot "$root" /usr/bin/env -i --chdir="$clone" HOME=/root TERM=dumb ${kept[@]+"${kept[@]}"} \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

start_screen() { # root: sets DISPLAY
  local number
  exec 7< <(exec Xvfb -displayfd 1 -screen 0 1366x768x24 -nolisten tcp 2>/dev/null)
  read -r -t 60 number <&7 || fail "Xvfb does not start."
  export DISPLAY=":$number"
  mkdir -p "$1/tmp/.X11-unix"
  touch "$1/tmp/.X11-unix/X$number"
  mount --bind "/tmp/.X11-unix/X$number" "$1/tmp/.X11-unix/X$number"
}

painted() { # picture: whether the window is there, with something in it
  xdotool search --onlyvisible --name "$window" >/dev/null 2>&1 || return 1
  import -window root "$1"
  [ "$(identify -format %k "$1")" -gt 100 ] # colours; an empty window has one or two
}

try_run() { # root
  local root="$1" picture="${FRESH_PICTURE:-$(mktemp --suffix=.png)}" started=$SECONDS pid
  start_screen "$root"
  within "$root" DISPLAY="$DISPLAY" make run </dev/null &
  pid=$!
  until painted "$picture"; do
    kill -0 "$pid" 2>/dev/null || fail "make run ended and there was no window."
    [ $((SECONDS - started)) -lt "$patience_s" ] || fail "make run: no window after $patience_s s."
    sleep 0.5
  done
  say "make run: the window was painted after $((SECONDS - started)) s ($picture)"
  for _ in {1..60}; do # the first key may come too early for a window that is just there
    kill -0 "$pid" 2>/dev/null || break
    xdotool search --onlyvisible --name "$window" windowfocus key ctrl+q >/dev/null 2>&1 || true
    sleep 1
  done
  ! kill -0 "$pid" 2>/dev/null || fail "make run: the window stayed when it was told to close."
  wait "$pid" || fail "make run: the window did not close as it should, exit code $?."
}

try_test() { # root
  local started=$SECONDS
  within "$1" make test </dev/null || fail "make test failed after $((SECONDS - started)) s."
  say "make test: passed after $((SECONDS - started)) s"
}

inside() { # root, run|test|both
  local root="$1"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  bring_in_pip_configuration "$root"
  case "$2" in
    both)
      try_run "$root"
      try_test "$root"
      ;;
    run | test) "try_$2" "$root" ;;
  esac
}

case "${1:-both}" in
  --inside) inside "$2" "$3" ;;
  run | test | both) main "$@" ;;
  *)
    echo "usage: scripts/fresh.sh [run|test]" >&2
    exit 2
    ;;
esac
