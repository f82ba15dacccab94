import { describe, expect, it } from "vitest";
import type { ImageBuild } from "../../src/engine/engine.ts";
import { StepError } from "../../src/engine/step-error.ts";
import type { Evidence } from "../../src/gates/gate.ts";
import { images } from "../../src/gates/images.ts";
import { decideGate } from "../../src/gates/policy.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";
import { aConfig, aContext, aRepository } from "../support/values.ts";

const look = async (build: (build: ImageBuild) => ReturnType<typeof builtImage>, config = aConfig()): Promise<Evidence> =>
  images.look(aContext({ config, repository: { ...aRepository, dirty: true }, engine: fakeEngine({ build }) }));

describe("the images gate", () => {
  it("passes with every service's image, tagged by the commit", async () => {
    const evidence = await look(builtImage);
    expect(evidence).toMatchObject({ lookedAt: { count: 2, unit: "images" }, findings: [], gaps: [], toolVersion: "fake 1.0" });
    expect(evidence.images?.map((image) => image.reference)).toEqual(["notes-backend:0123456-dirty", "notes-proxy:0123456-dirty"]);
    expect(decideGate(evidence, images.blocksAt)).toEqual({ verdict: "passed" });
  });

  it("fails on a Dockerfile that does not build, keeps its log, and has the other image all the same", async () => {
    const evidence = await look((build) => {
      if (build.service === "proxy") throw new StepError("BUILD_FAILED", "RUN npm ci ended with exit code 1.", { log: "npm error" });
      return builtImage(build);
    });
    expect(evidence.findings).toEqual([
      {
        gate: "images",
        id: "build-failed:services/proxy/Dockerfile",
        rule: "build-failed",
        severity: "critical",
        title: "RUN npm ci ended with exit code 1.",
        where: "services/proxy/Dockerfile",
        service: "proxy",
        unfinished: true,
      },
    ]);
    expect(evidence.raw).toEqual(new Map([["proxy.build.log", "npm error"]]));
    expect(evidence.images?.map((image) => image.service)).toEqual(["backend"]);
    expect(decideGate(evidence, images.blocksAt)).toEqual({ verdict: "failed" });
  });

  it.each(["IMAGE_UNAVAILABLE", "TIMED_OUT", "DISK_FULL", "ENGINE_LOST"] as const)("is unavailable, not failed, on %s", async (code) => {
    const evidence = await look((build) => {
      if (build.service === "proxy") throw new StepError(code, "It is not the Dockerfile.");
      return builtImage(build);
    });
    expect(decideGate(evidence, images.blocksAt)).toEqual({ verdict: "unavailable", reason: "proxy: It is not the Dockerfile." });
  });

  it("names a Dockerfile at the root without a dot before it", async () => {
    const evidence = await look(() => { throw new StepError("BUILD_FAILED", "No."); }, aConfig({ services: { web: { path: "." } } }));
    expect(evidence.findings[0]?.where).toBe("Dockerfile");
  });
});
