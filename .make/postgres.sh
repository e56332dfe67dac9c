#!/usr/bin/env bash
# A throw-away PostgreSQL on a socket of its own, for tests:
#   .make/postgres.sh            for the test runner that calls it (.config/nextest.toml): says in its environment where
#   .make/postgres.sh start PID  prints the URL
#   .make/postgres.sh again URL  starts a stopped one once more, on the same data
# It is stopped and removed when the calling runner, or the process PID, has ended, in whatever way that was.
set -euo pipefail

fail() {
  printf 'PostgreSQL for tests: %s\n' "$*" >&2
  exit 1
}

# The server's programs; Debian has them outside of the path.
bin=$(dirname "$(ls -v /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || true)")
[ -x "$bin/initdb" ] || bin=$(dirname "$(type -P initdb || true)")
[ -x "$bin/initdb" ] || fail "initdb is missing: run make setup"

# PostgreSQL refuses to run as root; the package has brought a user of its own.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid postgres --regid postgres --init-groups --)
fi
# From the root folder: the other user may not enter the one that we are in.
postgres() { (cd / && ${as[@]+"${as[@]}"} "$@"); }

# No TCP. Nothing of it outlives the run, so nothing needs to reach the disk; but what was committed has to outlive the
# server's own end, so synchronous_commit stays as it is.
options="-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=300"

launch() { # FOLDER
  postgres "$bin/pg_ctl" --silent --wait --log "$1/log" --pgdata "$1/data" \
    --options "-k '$1' $options" start >/dev/null || { tail -n 20 "$1/log" >&2 && fail "it does not start"; }
}

create() { # PID
  local folder
  folder=$(mktemp -d "${TMPDIR:-/tmp}/portal-postgres.XXXXXX")
  [ "$(id -u)" != 0 ] || chown postgres: "$folder"
  postgres "$bin/initdb" --no-sync --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
    --pgdata "$folder/data" >/dev/null || fail "initdb"
  launch "$folder"
  # A session of its own, so that Ctrl-C ends the tests and then, by their end, this.
  setsid "$0" watch "$1" "$folder" </dev/null >/dev/null 2>&1 &
  url="postgres:///postgres?host=$folder&user=postgres"
}

watch() { # PID FOLDER
  while kill -0 "$1" 2>/dev/null; do sleep 0.5; done
  postgres "$bin/pg_ctl" --silent --mode immediate --pgdata "$2/data" stop || true
  rm -rf "$2"
}

case ${1:-runner} in
  runner)
    create "$PPID"
    printf 'PORTAL_TEST_POSTGRES=%s\n' "$url" >>"${NEXTEST_ENV:?is set by cargo-nextest}"
    ;;
  start) create "$2" && printf '%s\n' "$url" ;;
  again) folder=${2#*host=} && launch "${folder%%&*}" ;;
  watch) watch "$2" "$3" ;;
  *) fail "nothing is called $1" ;;
esac
