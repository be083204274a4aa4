# What the benchmarks share. Each reads it first, and then stands in the repository's root folder.
#   smoke     "yes" when the first argument was --smoke (it is taken away): the same work with tiny sizes
#   folder    set it to a temporary folder, and it is removed at the end
#   started   add the ids of processes, and they are stopped at the end, also after Ctrl-C
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
smoke=
if [ "${1:-}" = --smoke ]; then
  smoke=yes
  shift
fi
folder=
started=()
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

finish() {
  trap '' INT TERM
  local pid
  for pid in "${started[@]}"; do stop "$pid"; done
  [ -n "$folder" ] || return 0
  # PostgreSQL outlives a station that was killed.
  local file
  for file in $(find "$folder" -name postmaster.pid 2>/dev/null); do
    pid=$(head -n 1 "$file")
    [ ! "/proc/$pid/cwd" -ef "$(dirname "$file")" ] || stop "$pid"
  done
  rm -rf "$folder"
}

# Ends a process, by force after 30 seconds, and then what it has started and left behind.
stop() {
  local children child
  children=$(pgrep -P "$1" || true)
  kill "$1" 2>/dev/null || true
  for _ in {1..300}; do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  for child in "$1" $children; do kill -9 "$child" 2>/dev/null || true; done
}

# Two numbers or words: the first one as usual, the second one for --smoke.
either() { if [ -n "$smoke" ]; then echo "$2"; else echo "$1"; fi; }

fail() {
  echo "$*" >&2
  exit 1
}

# Waits until the command in the last arguments succeeds: wait_for WHAT LOGFILE PID COMMAND...
wait_for() {
  local what=$1 log=$2 pid=$3 end=$((SECONDS + 120))
  shift 3
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || fail "$what ended before it was ready: $(tail -n 1 "$log")"
    [ $SECONDS -lt $end ] || fail "$what was not ready after 120 s"
    sleep 0.2
  done
}

# Waits until a station is ready, and sets url to its address: wait_for_station LOGFILE PID
wait_for_station() {
  wait_for "the station" "$1" "$2" grep -q "^ready" "$1"
  url=$(grep "^ready" "$1" | grep -o 'http://127.0.0.1:[0-9]*' | head -n 1)
}

# Builds once where nothing is built; the measurements that say "now" build what has changed, too.
build() {
  [ -f station/target/classpath ] && [ "${1:-} $smoke" != "now " ] || mvn -B -ntp -q -DskipTests package
}
