#!/bin/sh
# What the published image's entry point does, as far as others rely on it: on
# the first start of "postgres" it makes a cluster of POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_HOST_AUTH_METHOD, POSTGRES_INITDB_ARGS
# (each also by a file that <NAME>_FILE names), and runs what lies in
# /docker-entrypoint-initdb.d. Any other command is simply run.
set -eu

fail() {
  echo "postgres: $*" >&2
  exit 1
}

# take NAME DEFAULT: sets NAME from itself, or from the file that NAME_FILE names
take() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  [ -z "$value" ] || [ -z "$file" ] || fail "$1 and $1_FILE are both set. Nothing was created. Leave one of them out."
  [ -z "$file" ] || value=$(cat "$file")
  export "$1=${value:-$2}"
  unset "$1_FILE"
}

create_cluster() {
  take POSTGRES_PASSWORD ''
  take POSTGRES_USER postgres
  take POSTGRES_DB "$POSTGRES_USER"
  take POSTGRES_INITDB_ARGS ''
  take POSTGRES_HOST_AUTH_METHOD scram-sha-256
  [ -n "$POSTGRES_PASSWORD" ] || [ "$POSTGRES_HOST_AUTH_METHOD" = trust ] ||
    fail 'a first start needs POSTGRES_PASSWORD. Nothing was created. Set it, or POSTGRES_HOST_AUTH_METHOD=trust where everybody may connect.'
  password=$(umask 077 && mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
  # An empty file is an error to initdb; without a password there is none to give.
  # shellcheck disable=SC2086 # several arguments in one variable
  initdb --username="$POSTGRES_USER" ${POSTGRES_PASSWORD:+--pwfile="$password"} $POSTGRES_INITDB_ARGS >/dev/null
  rm "$password"
  echo "host all all all $POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
}

# as_owner ARGUMENT…: psql on the temporary server
as_owner() {
  psql --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

# On a socket only: nobody shall take this short-lived server for the real one.
fill_cluster() {
  pg_ctl --wait --silent --options="-c listen_addresses=''" start >/dev/null
  [ "$POSTGRES_DB" = postgres ] ||
    echo 'create database :"name"' | as_owner --dbname postgres --set name="$POSTGRES_DB"
  for file in /docker-entrypoint-initdb.d/*; do
    # shellcheck disable=SC1090 # nobody knows them here
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) as_owner --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) gunzip --stdout "$file" | as_owner --dbname "$POSTGRES_DB" ;;
    esac
  done
  pg_ctl --wait --silent --mode=fast stop
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac

if [ "${1:-}" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 0700 "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres {} +
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    create_cluster
    fill_cluster
  fi
  unset POSTGRES_PASSWORD PGPASSWORD
fi

exec "$@"
