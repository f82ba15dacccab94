import type { Parts } from "../parts.ts";
import { alarmsSlice } from "../services/cloudwatch/state.ts";
import { ecrSlice, repositoryUri } from "../services/ecr/state.ts";
import { zonesOf } from "../services/ecs/new-task.ts";
import { ecsState } from "../services/ecs/state.ts";
import { secretsSlice } from "../services/secretsmanager/state.ts";
import { parametersSlice } from "../services/ssm/state.ts";

/** What there is by now that a fault can be about. */

export const alarmNames = (parts: Parts): readonly string[] => parts.world.slice(alarmsSlice).alarms.map(({ name }) => name);

export const containerNames = (parts: Parts): readonly string[] => ecsState(parts).taskDefinitions.flatMap(({ containers }) => containers.map(({ name = "" }) => name));

/** Those that tasks have, and those that tasks of the services may get. */
export function zoneNames(parts: Parts): readonly string[] {
  const { services, taskSets, tasks } = ecsState(parts);
  return [...tasks.map(({ zone }) => zone), ...[...services, ...taskSets].flatMap(({ network }) => zonesOf(parts, network).map(({ zone }) => zone))];
}

/** Repositories, and images that task definitions name. */
export const imageNames = (parts: Parts): readonly string[] => [
  ...parts.world.slice(ecrSlice).repositories.map(({ name }) => repositoryUri(parts, name)),
  ...ecsState(parts).taskDefinitions.flatMap(({ containers }) => containers.map(({ image = "" }) => image)),
];

export const secretNames = (parts: Parts): readonly string[] => [...parts.world.slice(secretsSlice).secrets, ...parts.world.slice(parametersSlice).parameters].map(({ name }) => name);
