#!/bin/sh
# The two things that the published image's entry point does and that a
# configuration may rely on: scripts in /docker-entrypoint.d, and templates in
# which the names of defined variables are replaced.
set -eu

if [ "${1:-}" = nginx ]; then
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
  # Names only, "${A} ${B}": what is not a variable (as $host) stays as it is.
  names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
  for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    file=$(basename "$template" .template)
    envsubst "$names" < "$template" > "/etc/nginx/conf.d/$file"
  done
fi

exec "$@"
