import { describe, expect, it } from "vitest";
import type { ImageBuild, Step } from "../../src/engine/engine.ts";
import { adoptingEngine, type RegisteredImage } from "../../src/images/adopting-engine.ts";
import { aStep } from "../support/a-step.ts";
import { builtImage, fakeEngine } from "../support/fake-engine.ts";

const build: ImageBuild = { service: "web", context: "web", dockerfile: "Dockerfile", target: "runtime", baseImages: {}, tag: "shop-web:0123456", timeoutMs: 60_000 };
const fresh = builtImage(build);
const signal = new AbortController().signal;
const fetchIt = aStep({ name: "fetch/web", commands: [] });
const other: RegisteredImage = { reference: `registry.example/shop-web@sha256:${"d".repeat(64)}`, imageId: `sha256:${"9".repeat(64)}`, fetch: fetchIt, archive: "/fetch/image.tar" };
const looksAt = (wanted: ImageBuild): Step => aStep({ name: "image-scan/web", files: [{ from: "image", build: wanted, to: "/image.tar" }], commands: [] });

function engine(image: RegisteredImage) {
  const ran: Step[] = [];
  const forgot: Step[] = [];
  const inner = fakeEngine({
    run: (step) => {
      ran.push(step);
      return { commands: [], outputs: new Map(), cached: false, standIns: [] };
    },
    forget: (step) => forgot.push(step),
  });
  return { ran, forgot, adopting: adoptingEngine(inner, Promise.resolve(new Map([["web", image]]))) };
}

describe("an image that the registry has of the commit already", () => {
  it("is what is judged, and not what this run has built", async () => {
    const { adopting, ran } = engine(other);
    expect(await adopting.build(build, signal)).toEqual({ ...fresh, reference: other.reference, imageId: other.imageId, insteadOf: fresh.imageId });
    await adopting.run(looksAt(build), signal);
    expect(ran.map(({ files }) => files)).toEqual([[{ from: "step", step: fetchIt, path: "/fetch/image.tar", identity: other.imageId, to: "/image.tar" }]]);
  });

  it("is not fetched when it is what this run has built", async () => {
    const { adopting, ran } = engine({ ...other, imageId: fresh.imageId });
    expect(await adopting.build(build, signal)).toEqual(fresh);
    await adopting.run(looksAt(build), signal);
    expect(ran.map(({ files }) => files)).toEqual([[{ from: "image", build, to: "/image.tar" }]]);
  });

  it("stands for what is released only, not for what steps run on", async () => {
    const { adopting, ran } = engine(other);
    const { tag, ...untagged } = build;
    expect(tag).toBeDefined();
    const tests = { ...untagged, target: "test" };
    expect(await adopting.build(tests, signal)).toMatchObject({ imageId: fresh.imageId });
    await adopting.run(looksAt(tests), signal);
    expect(ran.map(({ files }) => files)).toEqual([[{ from: "image", build: tests, to: "/image.tar" }]]);
  });

  it("is forgotten with the step that looked at it", async () => {
    const { adopting, forgot } = engine(other);
    await adopting.forget(looksAt(build), signal);
    expect(forgot.map(({ files }) => files[0]?.from)).toEqual(["step"]);
  });
});
