#!/bin/sh
# Starts the database image and checks what README.md promises. Usage: image-test.sh <image> [docker|podman]
set -eu

image=${1:?usage: image-test.sh <image> [docker|podman]}
engine=${2:-podman}
# A caller that cleans up after a killed run gives a name that it recognises.
name=${CONTAINER_NAME:-notes-database-test-$$}
volume=$name
migration_password="m'igra\"tion \$1 \\ %"
backend_password="b'ackend;--"
export NOTES_MIGRATION_USER=notes_migration NOTES_MIGRATION_PASSWORD="$migration_password"
export NOTES_BACKEND_USER=notes_backend NOTES_BACKEND_PASSWORD="$backend_password"

clean_up() {
  "$engine" rm -f -v "$name" >/dev/null 2>&1 || true
  "$engine" volume rm -f "$volume" >/dev/null 2>&1 || true
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

failures=0
checks=0
check() { # check <fact> <command…>: the command must succeed
  fact=$1
  shift
  checks=$((checks + 1))
  if "$@" >/dev/null 2>&1; then echo "ok    $fact"; else echo "FAIL  $fact"; failures=$((failures + 1)); fi
}
refuses() { ! "$@"; }

start() { # start <more arguments of run, then the image, then its arguments…>
  "$engine" rm -f "$name" >/dev/null 2>&1 || true
  "$engine" run -d --name "$name" --read-only --tmpfs /tmp -v "$volume:/var/lib/postgresql/notes" "$@" >/dev/null
}
start_with_roles() {
  start -e NOTES_MIGRATION_USER -e NOTES_MIGRATION_PASSWORD -e NOTES_BACKEND_USER -e NOTES_BACKEND_PASSWORD "$@"
}
wait_until() { # wait_until <command…>: inside the container, for at most 60 seconds
  attempts=0
  until "$engine" exec "$name" "$@" >/dev/null 2>&1; do
    attempts=$((attempts + 1))
    [ "$attempts" -lt 120 ] || { "$engine" logs "$name" >&2; echo "Waited for nothing: $*" >&2; exit 1; }
    sleep 0.5
  done
}
wait_until_ready() { wait_until pg_isready -q -h 127.0.0.1; }
as() { # as <role> <password> <statement>, over TCP as any other program
  "$engine" exec -e PGPASSWORD="$2" "$name" psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$1" -d notes -qtAc "$3"
}
as_migration() { as notes_migration "$migration_password" "$1"; }
as_backend() { as notes_backend "$backend_password" "$1"; }
logs() { "$engine" logs "$name" 2>&1; }
logged() { logs | grep -qF -- "$1"; }

start -e NOTES_MIGRATION_USER -e NOTES_BACKEND_USER "$image"
check 'a first start without passwords fails' test "$("$engine" wait "$name")" = 1
check 'and names each missing variable' logged 'missing or empty: NOTES_MIGRATION_PASSWORD NOTES_BACKEND_PASSWORD.'

start -e NOTES_MIGRATION_USER=pg_reserved -e NOTES_MIGRATION_PASSWORD -e NOTES_BACKEND_USER -e NOTES_BACKEND_PASSWORD "$image"
check 'a role that PostgreSQL refuses fails the start' test "$("$engine" wait "$name")" = 1
check 'and its password is not in the log' refuses logged 'igra'

# Held up while it creates the roles, so that it is killed half-way for certain.
start_with_roles --entrypoint sh "$image" \
  -c 'echo "select pg_sleep(600);" >/tmp/hold.sql; NOTES_INITIALISE_SQL=/tmp/hold.sql exec notes-database'
wait_until test -s /var/lib/postgresql/notes/data.incomplete/postmaster.pid
"$engine" kill -s KILL "$name" >/dev/null
start_with_roles "$image"
wait_until_ready
check 'a first start that was killed is begun anew' logged 'created the database notes'
check 'the main process is postgres and not root' sh -c "'$engine' exec '$name' sh -c 'test \"\$(cat /proc/1/comm)\" = postgres && test \$(id -u) != 0'"
check 'the main process does not keep the passwords' refuses "$engine" exec "$name" grep -q PASSWORD /proc/1/environ

check 'the migration role creates tables' as_migration 'create table later (id int generated always as identity, word text)'
check 'the backend role writes rows of tables made later' as_backend "insert into later (word) values ('x')"
check 'the backend role reads, changes and deletes rows' as_backend "select * from later; update later set word = 'y'; delete from later"
check 'the backend role cannot drop a table' refuses as_backend 'drop table later'
check 'the backend role cannot empty a table as a whole' refuses as_backend 'truncate later'
check 'the backend role cannot create a table' refuses as_backend 'create table mine ()'
check 'the backend role cannot create a schema' refuses as_backend 'create schema mine'
check 'a wrong password is refused' refuses as notes_backend wrong 'select 1'
check 'the superuser cannot log in over TCP' refuses as postgres '' 'select 1'
check 'passwords are stored as SCRAM' sh -c "'$engine' exec '$name' psql -XqtA -U postgres -c 'select bool_and(rolpassword like \$\$SCRAM%\$\$) from pg_authid where rolname like \$\$notes%\$\$' | grep -qx t"

as_migration "insert into later (word) values ('kept')"
"$engine" stop -t 20 "$name" >/dev/null
check 'stops with exit code 0' test "$("$engine" inspect -f '{{.State.ExitCode}}' "$name")" = 0
check 'after a clean shutdown' logged 'database system is shut down'
check 'no password was logged' refuses logged 'ackend;'

start "$image"
wait_until_ready
check 'a restart needs no variables and keeps the data' test "$(as_backend 'select word from later')" = kept
"$engine" kill -s TERM "$name" >/dev/null
check 'SIGTERM stops it cleanly, too' test "$("$engine" wait "$name")" = 0

echo "$checks checks, $failures failed"
[ "$failures" = 0 ]
