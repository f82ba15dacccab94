#!/bin/sh
# Run by Session Manager's agent whenever the configuration in this repository has changed. May be run again.
# The files lie in the folder that is given; nothing is fetched but the pinned container images.
set -eu
files=$1
. "$files/host/host.env"

command -v docker >/dev/null || dnf install --assumeyes --quiet docker
systemctl enable --now docker

data=/var/lib/notes-monitoring
install -d -m 0755 /etc/notes-monitoring "$data" "$data/targets"
install -d -o 65534 -g 65534 -m 0750 "$data/prometheus" "$data/alertmanager"
install -d -o 472 -g 472 -m 0750 "$data/grafana"
[ -e "$data/targets/tasks.json" ] || printf '[]\n' >"$data/targets/tasks.json"

# The new folder takes the old one's place as a whole.
ln -sfn "$files" /etc/notes-monitoring/current
install -m 0644 "$files/host/host.env" /etc/notes-monitoring/host.env
install -m 0755 "$files/host/discover-tasks.sh" /usr/local/bin/notes-discover-tasks
install -m 0644 "$files"/host/units/* /etc/systemd/system/
systemctl daemon-reload

systemctl enable --now notes-discover-tasks.timer
for unit in notes-prometheus notes-alertmanager notes-grafana notes-jaeger; do
  systemctl enable --quiet "$unit.service"
  systemctl restart "$unit.service"
done

# Each of them answers, or this fails and Session Manager shows it.
for url in http://localhost:9090/-/ready http://localhost:9093/-/ready http://localhost:3000/api/health http://localhost:16686/; do
  curl --silent --show-error --fail --retry 30 --retry-all-errors --retry-delay 2 --output /dev/null "$url"
done
echo "monitoring runs with $(basename "$files")"
