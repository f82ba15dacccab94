#!/bin/bash
# check-http PORT PATH: exits 0 when 127.0.0.1:PORT answers PATH with 200, 1 otherwise.
# Bash's own sockets: the image holds neither curl nor wget on every base.
set -u
port=${1:?usage: check-http PORT PATH}
path=${2:?usage: check-http PORT PATH}
status=''
if { exec 3<>"/dev/tcp/127.0.0.1/${port}"; } 2>/dev/null; then
  printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nUser-Agent: check-http\r\nConnection: close\r\n\r\n' "${path}" "${port}" >&3
  read -r -t 5 _ status _ <&3
fi
if [ "${status}" != 200 ]; then
  echo "check-http: http://127.0.0.1:${port}${path} answered ${status:-nothing}, expected 200" >&2
  exit 1
fi
