import type { Fault } from "../faults/fault.ts";
import type { Parts } from "../parts.ts";
import { nameOf } from "../protocol/schema.ts";
import { alarmsSlice } from "../services/cloudwatch/state.ts";
import { services } from "../services/registry.ts";
import type { Service } from "../services/service.ts";

/** Throws RangeError for a fault that could never strike: it names an alarm, a service or an operation that there is not. */
export async function checkFault(fault: Fault, parts: Parts): Promise<void> {
  if (fault.kind === "alarm") requireOne("alarm", fault.alarm, parts.world.slice(alarmsSlice).alarms.map(({ name }) => name));
  if ((fault.kind !== "throttle" && fault.kind !== "api-error") || (fault.service === undefined && fault.operation === undefined)) return;
  const known = await Promise.all(Object.values(services).map(async ({ folder, load }) => ({ folder, service: await load() })));
  const meant = fault.service === undefined ? known : known.filter(({ folder, service }) => folder === fault.service || service.name === fault.service);
  if (meant.length === 0) requireOne("service", fault.service ?? "", known.map(({ folder }) => folder));
  if (fault.operation !== undefined) requireOne("operation", fault.operation, meant.flatMap(({ service }) => operationsOf(service)), fault.service);
}

const operationsOf = ({ operations }: Service): readonly string[] => operations.map(({ schema }) => nameOf(schema));

function requireOne(what: string, name: string, names: readonly string[], of?: string): void {
  if (names.includes(name)) return;
  const there = names.length === 0 ? "There is none yet" : `There are ${[...new Set(names)].toSorted().join(", ")}`;
  throw new RangeError(`the rehearsal has no ${what} ${name}${of === undefined ? "" : ` of ${of}`}. ${there}.`);
}
