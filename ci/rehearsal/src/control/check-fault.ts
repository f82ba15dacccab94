import type { Fault } from "../faults/fault.ts";
import type { Parts } from "../parts.ts";
import { nameOf } from "../protocol/schema.ts";
import { services } from "../services/registry.ts";
import type { Service } from "../services/service.ts";
import { alarmNames, containerNames, imageNames, secretNames, zoneNames } from "./known-names.ts";

/** Throws RangeError for a fault that could never strike: it names something that there is not. */
export async function checkFault(fault: Fault, parts: Parts): Promise<void> {
  switch (fault.kind) {
    case "alarm":
      requireOne("alarm", fault.alarm, alarmNames(parts));
      break;
    case "container-exit":
      requireOne("container", fault.container, containerNames(parts));
      break;
    case "zone-loss":
      requireOne("zone", fault.zone, zoneNames(parts));
      break;
    case "image-pull":
      requirePart("image", fault.image, withoutTag(fault.image), imageNames(parts));
      break;
    case "secret-missing":
      requirePart("secret or parameter", fault.secret, fault.secret, secretNames(parts));
      break;
    case "throttle":
    case "api-error":
      await requireCalls(fault);
      break;
    case "responses":
    case "unhealthy":
      break;
  }
}

async function requireCalls({ operation, service: wanted }: { readonly operation?: string | undefined; readonly service?: string | undefined }): Promise<void> {
  if (wanted === undefined && operation === undefined) return;
  const known = await Promise.all(Object.values(services).map(async ({ folder, load }) => ({ folder, service: await load() })));
  const meant = wanted === undefined ? known : known.filter(({ folder, service }) => folder === wanted || service.name === wanted);
  if (meant.length === 0) requireOne("service", wanted ?? "", known.map(({ folder }) => folder));
  if (operation !== undefined) requireOne("operation", operation, meant.flatMap(({ service }) => operationsOf(service)), wanted);
}

const operationsOf = ({ operations }: Service): readonly string[] => operations.map(({ schema }) => nameOf(schema));

function requireOne(what: string, name: string, names: readonly string[], of?: string): void {
  if (names.includes(name)) return;
  throw new RangeError(`the rehearsal has no ${what} ${name}${of === undefined ? "" : ` of ${of}`}. ${thereAre(names)}`);
}

/** Of a name, a part is enough. */
function requirePart(what: string, text: string, part: string, names: readonly string[]): void {
  if (text !== "" && names.some((name) => name.includes(text) || (part !== "" && name.includes(part)))) return;
  throw new RangeError(`the rehearsal has no ${what} with ${JSON.stringify(text)} in its name. ${thereAre(names)}`);
}

/** What the image is to be called that a release will push is not known before. */
const withoutTag = (image: string): string => image.replace(/[:@][^/]*$/, "");

const thereAre = (names: readonly string[]): string => (names.length === 0 ? "There is none yet." : `There are ${[...new Set(names)].toSorted().join(", ")}.`);
