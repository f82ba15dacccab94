import { describe, expect, it } from "vitest";
import { preflight } from "../../../src/release/preflight/preflight.ts";
import type { PreflightFinding } from "../../../src/report/release-schema.ts";
import { aWant, haveOf } from "../support/a-want.ts";
import { startWorld, type WorldJson } from "../support/start-world.ts";
import { synthesisedWorld } from "../support/synthesised-world.ts";

/** What our own infrastructure leaves to preflight, minutes after it was applied. */
async function lookAt(environment: object, settings: Readonly<Record<string, unknown>> = {}): Promise<readonly PreflightFinding[]> {
  const synthesised = synthesisedWorld(environment);
  const world = await startWorld({ change: (json: WorldJson) => void Object.assign(json, synthesised), settings });
  await world.clock.advance(5 * 60_000);
  const want = aWant(world);
  return preflight(want, await haveOf(world, want));
}

const unless = (level: PreflightFinding["level"], findings: readonly PreflightFinding[]): string[] => findings.filter((finding) => finding.level !== level).map(({ check, what }) => `${check}: ${what}`);

describe("preflight of the infrastructure as it is synthesised", () => {
  it.each<[name: string, environment: object, settings: Record<string, unknown>]>([
    ["a lab", {}, {}],
    ["production", { preset: "production" }, { database: "external" }],
    ["a lab in the default VPC", { network: { defaultVpc: true } }, {}],
    ["one whose tasks have no way to the internet", { network: { egress: "endpoints" } }, {}],
  ])("finds nothing against %s", async (_name, environment, settings) => {
    expect(unless("ok", await lookAt(environment, settings))).toEqual([]);
  });
});
