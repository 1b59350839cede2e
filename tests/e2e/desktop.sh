#!/usr/bin/env bash
# Runs a command on a desktop of its own and passes its exit code on:
#
#   tests/e2e/desktop.sh COMMAND [ARGUMENT…]
#
# The desktop is a screen in memory (DESKTOP_SIZE, 1440x960 unless said), a session bus, an unlocked empty keychain, a window manager
# and a home that is thrown away. Nothing of the person's own session can be reached from it.
set -euo pipefail

if [ "${1:-}" = --inside ]; then
  # On the session bus already.
  shift
  printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  openbox >/dev/null 2>&1 &
  manager=$!
  for _ in $(seq 100); do
    xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' && break
    sleep 0.05
  done
  code=0
  "$@" </dev/null || code=$?
  kill "$manager" 2>/dev/null || true
  exit "$code"
fi

if [ $# -eq 0 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  exit 2
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/satchel-desktop.XXXXXX")
screen=
cleanup() {
  if [ -n "$screen" ]; then
    kill "$screen" 2>/dev/null || true
    wait "$screen" 2>/dev/null || true
  fi
  # Programs that end with their screen may still be writing.
  rm -rf "$folder" 2>/dev/null || { sleep 1; rm -rf "$folder" || true; }
}
trap cleanup EXIT
trap 'exit 130' INT TERM

mkdir -m 700 "$folder/home" "$folder/run"

# The server picks a free display and says which, so that several desktops can start at once.
mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 "${DESKTOP_SIZE:-1440x960}x24" -nolisten tcp -noreset 3>"$folder/display" >"$folder/screen.log" 2>&1 </dev/null &
screen=$!
if ! read -r -t 30 number <"$folder/display"; then
  cat "$folder/screen.log" >&2
  echo "desktop.sh: the screen did not start" >&2
  exit 1
fi

# Locale and time zone are fixed as well: what a test reads off the screen must not depend on the machine.
code=0
env -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u XDG_STATE_HOME -u WAYLAND_DISPLAY -u XAUTHORITY -u SESSION_MANAGER \
  DISPLAY=":$number" HOME="$folder/home" XDG_RUNTIME_DIR="$folder/run" XDG_CURRENT_DESKTOP=Openbox GDK_BACKEND=x11 NO_AT_BRIDGE=1 \
  LC_ALL=C.UTF-8 TZ=UTC \
  dbus-run-session -- bash "$0" --inside "$@" 2> >(grep -Ev --line-buffered '^dbus-daemon\[|^SpiRegistry daemon' >&2) || code=$?
exit "$code"
