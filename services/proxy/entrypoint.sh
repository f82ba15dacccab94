#!/bin/sh
# Renders the configuration from the environment and becomes nginx.
set -eu

# EX_CONFIG of sysexits: the container's stop reason then says "configuration", not "crash".
readonly WRONG_CONFIGURATION=78

refuse() {
  echo "proxy: $1" >&2
  exit "${WRONG_CONFIGURATION}"
}

# A value outside these patterns could smuggle directives into the configuration.
require_host() {
  case "$2" in
    '' | *[!A-Za-z0-9._-]* | [.-]* | *..*)
      refuse "$1='$2' is not a host name or an IPv4 address; set it to one, for example localhost" ;;
  esac
}

require_port() {
  case "$2" in
    '' | *[!0-9]* | 0* | ??????*)
      refuse "$1='$2' is not a port; set it to a number from 1 to 65535" ;;
  esac
  [ "$2" -le 65535 ] || refuse "$1='$2' is not a port; set it to a number from 1 to 65535"
}

# nginx asks its resolver for a name in a variable, never /etc/hosts, and no DNS server owes it
# an answer for "localhost". The services listen on IPv4, so ::1 would be refused.
address_of() {
  if [ "$1" = localhost ]; then echo 127.0.0.1; else echo "$1"; fi
}

is_ipv4() {
  case "$1" in
    *[!0-9.]*) return 1 ;;
    *.*.*.*) return 0 ;;
    *) return 1 ;;
  esac
}

# IPv6 servers want brackets; link-local ones (with a zone) cannot be written in nginx at all.
name_servers() {
  while read -r key server _ || [ -n "${key}" ]; do
    [ "${key}" = nameserver ] || continue
    case "${server}" in
      *[!0-9A-Fa-f.:]*) ;;
      *:*) printf ' [%s]' "${server}" ;;
      *.*) printf ' %s' "${server}" ;;
    esac
  done < "$1"
}

require_port LISTEN_PORT "${LISTEN_PORT}"
[ "${LISTEN_PORT}" -ge 1024 ] || refuse "LISTEN_PORT='${LISTEN_PORT}' needs root; set it to 1024 or more"

case "${NOTES_BOOTSTRAP:-off}" in
  off) ;;
  on)
    echo "proxy: NOTES_BOOTSTRAP=on, so this answers /ready and serves nobody: no version of Notes is behind it" >&2
    export LISTEN_PORT
    # shellcheck disable=SC2016 # the name, not the value
    envsubst '${LISTEN_PORT}' < /etc/notes-proxy/bootstrap.conf.template > /tmp/nginx.conf
    exec nginx -e stderr -c /tmp/nginx.conf -g 'daemon off;' "$@" ;;
  *) refuse "NOTES_BOOTSTRAP='${NOTES_BOOTSTRAP}' is neither 'on' nor 'off'; leave it out, unless there is no release yet" ;;
esac

require_host BACKEND_HOST "${BACKEND_HOST}"
require_port BACKEND_PORT "${BACKEND_PORT}"
require_host FRONTEND_HOST "${FRONTEND_HOST}"
require_port FRONTEND_PORT "${FRONTEND_PORT}"

BACKEND_HOST=$(address_of "${BACKEND_HOST}")
FRONTEND_HOST=$(address_of "${FRONTEND_HOST}")

servers=''
[ ! -r /etc/resolv.conf ] || servers=$(name_servers /etc/resolv.conf)
if [ -n "${servers}" ]; then
  RESOLVER="resolver${servers} valid=10s ipv6=off; resolver_timeout 3s;"
else
  for host in "${BACKEND_HOST}" "${FRONTEND_HOST}"; do
    is_ipv4 "${host}" || refuse "'${host}' cannot be looked up: /etc/resolv.conf names no server; use localhost or an IPv4 address"
  done
  RESOLVER='# no name server: every upstream is an address'
fi

export LISTEN_PORT BACKEND_HOST BACKEND_PORT FRONTEND_HOST FRONTEND_PORT RESOLVER
# shellcheck disable=SC2016 # the names, not the values: everything else with a $ belongs to nginx
envsubst '${LISTEN_PORT} ${BACKEND_HOST} ${BACKEND_PORT} ${FRONTEND_HOST} ${FRONTEND_PORT} ${RESOLVER}' \
  < /etc/notes-proxy/nginx.conf.template > /tmp/nginx.conf

exec nginx -e stderr -c /tmp/nginx.conf -g 'daemon off;' "$@"
