#!/bin/sh
# Writes the addresses of the cluster's running backends where Prometheus looks for them.
# The task that a service begins with has none. Both task sets of a release are there, each with the revision of its task definition.
set -eu
# CLUSTER, SERVICE_FAMILY, METRICS_PORT, AWS_REGION
. /etc/notes-monitoring/host.env
out=/var/lib/notes-monitoring/targets/tasks.json

tasks=$(aws ecs list-tasks --cluster "$CLUSTER" --family "$SERVICE_FAMILY" --desired-status RUNNING --query 'taskArns' --output text)
if [ -z "$tasks" ] || [ "$tasks" = None ]; then
  printf '[]\n' >"$out.new"
else
  # At most 100 at once; list-tasks gives no more than that in a page.
  # shellcheck disable=SC2086
  aws ecs describe-tasks --cluster "$CLUSTER" --tasks $tasks --output json --query "tasks[?lastStatus=='RUNNING' && containers[?name=='backend']].{
    targets: [join(':', [containers[?name=='backend'] | [0].networkInterfaces[0].privateIpv4Address, '$METRICS_PORT'])],
    labels: {revision: taskDefinitionArn, task: taskArn, zone: availabilityZone}
  }" | sed -E 's#("(revision|task)": "arn:[^"]*/)#"\2": "#' >"$out.new"
fi
# One rename: Prometheus never reads half a file.
mv "$out.new" "$out"
