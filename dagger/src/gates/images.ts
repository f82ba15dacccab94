import type { BuiltImage } from "../engine/engine.ts";
import { StepError } from "../engine/step-error.ts";
import { releaseBuild } from "../images/service-build.ts";
import { joinParts, type Evidence, type Gate, type GateContext } from "./gate.ts";
import type { Fact } from "../report/schema.ts";

/** The builds themselves: a Dockerfile that does not build is a finding, an image that cannot be had is not. */
export const images: Gate = {
  name: "images",
  tool: "Dockerfile builds",
  blocksAt: "info",
  allowByRule: false,
  nothingToDo: () => undefined,
  look: async (context) =>
    joinParts(Object.fromEntries(Object.keys(context.config.services).map((name) => [name, async () => buildService(name, context)]))),
};

async function buildService(name: string, context: GateContext): Promise<Evidence> {
  const build = releaseBuild(name, context);
  const seen = { toolVersion: context.engine.description, lookedAt: { count: 1, unit: "images" }, suppressions: [], gaps: [] };
  try {
    const image = await context.engine.build(build, context.signal);
    return { ...seen, findings: [], cached: image.cached, standIns: image.standIns, raw: new Map(), images: [image], facts: adoptedFact(image) };
  } catch (error) {
    if (!(error instanceof StepError) || error.code !== "BUILD_FAILED") throw error;
    const dockerfile = build.context === "." ? build.dockerfile : `${build.context}/${build.dockerfile}`;
    return {
      ...seen,
      findings: [{ gate: "images", id: `build-failed:${dockerfile}`, rule: "build-failed", severity: "critical", title: error.message, where: dockerfile, service: name, unfinished: true }],
      cached: false,
      standIns: [],
      raw: new Map([[`${name}.build.log`, error.log]]),
    };
  }
}

/** What is judged and deployed is not what was built here. */
function adoptedFact({ service, reference, insteadOf }: BuiltImage): Fact[] {
  return insteadOf === undefined ? [] : [{ name: `image of ${service}`, value: `the registry has one of this commit already, ${reference}: that one is judged and deployed, not this run's own build ${insteadOf.slice(0, 19)}, which differs` }];
}
