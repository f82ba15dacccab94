import { faults } from "../../faults/faults.ts";
import type { Parts } from "../../parts.ts";
import { ecsState, type ServiceNetwork, type TaskRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** A task that is to run: of a task set, or on its own. */
export type WantedTask = Pick<TaskRecord, "clusterArn" | "serviceArn" | "taskSetArn" | "taskDefinition" | "own" | "tags"> & { readonly network?: ServiceNetwork | undefined };

/** The first four addresses of a subnet are AWS's own, and the last. */
const firstAddress = 4;
const lastAddress = 254;

/** The rehearsal has no EC2: the first subnet is in zone a, the second in zone b. */
export const zonesOf = (parts: Parts, network: ServiceNetwork | undefined): readonly { readonly subnet: string; readonly number: number; readonly zone: string }[] =>
  (network?.subnets ?? ["subnet-none"]).slice(0, 6).map((subnet, index) => ({ subnet, number: index + 1, zone: `${parts.world.region}${"abcdef".charAt(index)}` }));

/** In the zone that has fewest of its task set, with an address there. Undefined while no zone has any. */
export function newTask(parts: Parts, { network, tags, ...wanted }: WantedTask): TaskRecord | undefined {
  const state = ecsState(parts);
  const live = state.tasks.filter(({ status }) => status !== "STOPPED");
  const places = zonesOf(parts, network);
  const lost = parts.get(faults).lostZones();
  const usable = places.filter(({ zone }) => !lost.has(zone));
  const count = (zone: string): number => live.filter((task) => task.taskSetArn === wanted.taskSetArn && task.zone === zone).length;
  const [place] = usable.toSorted((one, other) => count(one.zone) - count(other.zone));
  const address = place && freeAddress(parts, place.number, place.zone, new Set(live.map((task) => task.address)));
  const definition = findTaskDefinition(parts, wanted.taskDefinition);
  if (place === undefined || address === undefined || definition === undefined) return undefined;
  const id = parts.ids.hex(32);
  const cluster = wanted.clusterArn.split("/").at(-1) ?? "";
  return {
    ...wanted,
    arn: parts.world.arn("ecs", `task/${cluster}/${id}`),
    id,
    taskDefinition: definition.arn,
    address,
    zone: place.zone,
    subnet: place.subnet,
    status: "PENDING",
    desiredStatus: "RUNNING",
    containers: definition.containers.map(({ name = "", image = "" }) => ({ name, image, status: "PENDING", health: "UNKNOWN", runtimeId: `${id}-${parts.ids.digits(10)}` })),
    createdMs: parts.clock.now(),
    isRegistered: false,
    tags: { ...tags },
  };
}

function freeAddress(parts: Parts, zoneNumber: number, zone: string, used: ReadonlySet<string>): string | undefined {
  const { lastAddress: given } = ecsState(parts);
  for (let tries = 0; tries <= lastAddress - firstAddress; tries += 1) {
    const before = given[zone] ?? firstAddress - 1;
    const next = before >= lastAddress ? firstAddress : before + 1;
    given[zone] = next;
    const address = `10.0.${String(zoneNumber)}.${String(next)}`;
    if (!used.has(address)) return address;
  }
  return undefined;
}
