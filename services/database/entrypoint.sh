#!/bin/sh
# Starts PostgreSQL as the container's main process; on the first start creates the cluster, the two
# roles and the database. Arguments are passed on to postgres.
set -eu

sql=${NOTES_INITIALISE_SQL:-/usr/local/share/notes-database/initialise.sql}
incomplete=$PGDATA.incomplete

fail() {
  echo "notes-database: $1 $2" >&2
  exit 1
}

require_settings() {
  missing=''
  for name in NOTES_MIGRATION_USER NOTES_MIGRATION_PASSWORD NOTES_BACKEND_USER NOTES_BACKEND_PASSWORD; do
    eval "value=\${$name:-}"
    [ -n "$value" ] || missing="$missing $name"
  done
  [ -z "$missing" ] || fail "the first start needs these variables, which are missing or empty:$missing." \
    'Nothing was created. Set them and start again.'
  [ "$NOTES_MIGRATION_USER" != "$NOTES_BACKEND_USER" ] ||
    fail 'NOTES_MIGRATION_USER and NOTES_BACKEND_USER are the same role.' \
      'Nothing was created. The backend may only read and write rows: give it a role of its own.'
}

create_cluster() {
  export NOTES_DATABASE="${NOTES_DATABASE:-notes}"
  # What a killed first start left behind.
  rm -rf "$incomplete"
  initdb --pgdata="$incomplete" --username=postgres --auth-local=peer --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 >/dev/null ||
    fail "initdb could not create the cluster in $(dirname "$PGDATA")." \
      "Its reason is above. The folder must be writable for the user $(id -un)."
  echo 'host all all all scram-sha-256' >>"$incomplete/pg_hba.conf"
  create_database
  # In one step: either there is a finished cluster, or the next start begins anew.
  mv "$incomplete" "$PGDATA"
}

# On a private socket, so that nobody takes this short-lived server for the real one; and without
# logging failed statements, which hold the passwords.
create_database() {
  socket=$(mktemp -d /tmp/notes-database.XXXXXX)
  pg_ctl --pgdata="$incomplete" --wait --silent --log="$socket/log" \
    --options="-c listen_addresses= -c unix_socket_directories=$socket -c log_min_error_statement=panic" start ||
    { cat "$socket/log" >&2; fail 'the new cluster did not start.' 'Its log is above; nothing was kept.'; }
  psql --no-psqlrc --quiet --host="$socket" --username=postgres --dbname=postgres --file="$sql" ||
    fail 'the roles or the database could not be created.' \
      'The reason is above. Nothing was kept; correct the variables and start again.'
  pg_ctl --pgdata="$incomplete" --wait --silent --mode=fast stop
  rm -rf "$socket"
}

[ "$(id -u)" != 0 ] || fail 'PostgreSQL does not run as root.' 'Start the container as the user postgres.'

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  require_settings
  create_cluster
  echo "notes-database: created the database ${NOTES_DATABASE:-notes} and its two roles" >&2
fi

unset NOTES_MIGRATION_PASSWORD NOTES_BACKEND_PASSWORD
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
