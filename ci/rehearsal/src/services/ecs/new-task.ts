import { faults } from "../../faults/faults.ts";
import type { Parts } from "../../parts.ts";
import { ecsState, type TaskRecord, type TaskSetRecord } from "./state.ts";
import { findTaskDefinition } from "./task-definitions.ts";

/** The first four addresses of a subnet are AWS's own, and the last. */
const firstAddress = 4;
const lastAddress = 254;

/** In the zone that has fewest of its task set, with an address there. Undefined while no zone has any. */
export function newTask(parts: Parts, taskSet: TaskSetRecord): TaskRecord | undefined {
  const state = ecsState(parts);
  const live = state.tasks.filter(({ status }) => status !== "STOPPED");
  // The rehearsal has no EC2: the first subnet is in zone a, the second in zone b.
  const places = (taskSet.network?.subnets ?? ["subnet-none"]).slice(0, 6).map((subnet, index) => ({ subnet, number: index + 1, zone: `${parts.world.region}${"abcdef".charAt(index)}` }));
  const usable = places.filter(({ zone }) => !isLost(parts, zone));
  const count = (zone: string): number => live.filter((task) => task.taskSetArn === taskSet.arn && task.zone === zone).length;
  const [place] = usable.toSorted((one, other) => count(one.zone) - count(other.zone));
  const address = place && freeAddress(parts, place.number, place.zone, new Set(live.map((task) => task.address)));
  const definition = findTaskDefinition(parts, taskSet.taskDefinition);
  if (place === undefined || address === undefined || definition === undefined) return undefined;
  const id = parts.ids.hex(32);
  const cluster = taskSet.clusterArn.split("/").at(-1) ?? "";
  return {
    arn: parts.world.arn("ecs", `task/${cluster}/${id}`),
    id,
    clusterArn: taskSet.clusterArn,
    serviceArn: taskSet.serviceArn,
    taskSetArn: taskSet.arn,
    taskDefinition: definition.arn,
    address,
    zone: place.zone,
    subnet: place.subnet,
    status: "PENDING",
    desiredStatus: "RUNNING",
    containers: definition.containers.map(({ name = "", image = "" }) => ({ name, image, status: "PENDING", health: "UNKNOWN", runtimeId: `${id}-${parts.ids.digits(10)}` })),
    createdMs: parts.clock.now(),
    isRegistered: false,
    tags: {},
  };
}

/** One that is only looked at does not count as a stroke. */
const isLost = (parts: Parts, zone: string): boolean => parts.get(faults).strike("zone-loss", (fault) => fault.zone === zone && fault.when.times === undefined).length > 0;

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
