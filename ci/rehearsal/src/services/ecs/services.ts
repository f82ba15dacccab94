import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsState, type ClusterRecord, type ServiceRecord } from "./state.ts";

export const findCluster = (parts: Parts, nameOrArn = "default"): ClusterRecord | undefined => ecsState(parts).clusters.find(({ arn, name }) => arn === nameOrArn || name === nameOrArn);

export function clusterOf(parts: Parts, nameOrArn?: string): ClusterRecord {
  const cluster = findCluster(parts, nameOrArn);
  if (cluster === undefined) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  if (cluster.status === "INACTIVE") throw new AwsError("ClusterNotFoundException", "The referenced cluster was inactive.");
  return cluster;
}

/** Those that were deleted are not found. */
export function findService(parts: Parts, clusterNameOrArn: string | undefined, serviceNameOrArn: string): ServiceRecord | undefined {
  const cluster = findCluster(parts, clusterNameOrArn);
  return ecsState(parts).services.find(({ arn, name, clusterArn, status }) => clusterArn === cluster?.arn && status !== "INACTIVE" && (arn === serviceNameOrArn || name === serviceNameOrArn));
}

/** AWS still shows it for a while, as INACTIVE. */
export function findDeletedService(parts: Parts, clusterNameOrArn: string | undefined, serviceNameOrArn: string): ServiceRecord | undefined {
  const cluster = findCluster(parts, clusterNameOrArn);
  return ecsState(parts).services.find(({ arn, name, clusterArn, status }) => clusterArn === cluster?.arn && status === "INACTIVE" && (arn === serviceNameOrArn || name === serviceNameOrArn));
}

export function serviceOf(parts: Parts, cluster: string | undefined, service: string): ServiceRecord {
  clusterOf(parts, cluster);
  const found = findService(parts, cluster, service);
  if (found === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
  return found;
}

/** One that is to be changed. */
export function requireActive({ status }: ServiceRecord): void {
  if (status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
}

export function serviceByArn(parts: Parts, serviceArn: string): ServiceRecord {
  const found = ecsState(parts).services.find(({ arn, status }) => arn === serviceArn && status !== "INACTIVE");
  if (found === undefined) throw new AwsError("ServiceNotFoundException", "Service not found.");
  return found;
}

/** The newest 100 are kept, as on AWS. */
export function addServiceEvent(parts: Parts, service: ServiceRecord, message: string, taskSetId?: string): void {
  const of = taskSetId === undefined ? "" : `, taskSet ${taskSetId}`;
  service.events.unshift({ id: parts.ids.uuid(), atMs: parts.clock.now(), message: `(service ${service.name}${of}) ${message}` });
  service.events.length = Math.min(service.events.length, 100);
}

/** `arn:…:service/<cluster>/<service>` for what was asked, whether it is there or not: what IAM judges. */
export function serviceArnFor(parts: Parts, cluster: string | undefined, service: string | undefined): string {
  if (service?.startsWith("arn:") === true) return service;
  return parts.world.arn("ecs", `service/${clusterName(cluster)}/${service ?? "*"}`);
}

export const clusterArnFor = (parts: Parts, cluster: string | undefined): string => parts.world.arn("ecs", `cluster/${clusterName(cluster)}`);
export const clusterName = (cluster = "default"): string => cluster.split("/").at(-1) ?? cluster;
