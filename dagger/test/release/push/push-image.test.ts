import { describe, expect, it } from "vitest";
import type { Engine, Step } from "../../../src/engine/engine.ts";
import { StepError } from "../../../src/engine/step-error.ts";
import { pushImage } from "../../../src/release/push/push-image.ts";
import { pushTag } from "../../../src/release/push/push-tag.ts";
import type { Registry, RegistryImage } from "../../../src/release/push/registry.ts";
import { builtImage, fakeEngine } from "../../support/fake-engine.ts";
import { aCommit, aRepository } from "../../support/values.ts";

const build = { service: "web", context: "web", dockerfile: "Dockerfile", target: "runtime", baseImages: {}, timeoutMs: 60_000 };
const built = builtImage(build);
const to = { repository: "shop-web", tag: aCommit.slice(0, 7) };
const access = { host: "registry.example", insecure: false, authFile: '{"auths":{"registry.example":{"auth":"QVdTOnRva2Vu"}}}' };
const digest = `sha256:${"d".repeat(64)}`;
const whole: RegistryImage = { digest, imageId: built.imageId };

/** Answers `find` in turn; the last answer stays. */
function registry(...answers: (RegistryImage | undefined)[]): Registry {
  let asked = 0;
  return {
    signIn: async () => Promise.resolve(access),
    find: async () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]),
  };
}

function sending(steps: Step[], sent = digest): Engine {
  return fakeEngine({
    run: (step) => {
      steps.push(step);
      return { commands: [], outputs: new Map([["/push/digest", `${sent}\n`]]), cached: false, standIns: [] };
    },
  });
}

const failing = (code: "TOOL_FAILED" | "DISK_FULL", log: string): Engine =>
  fakeEngine({ run: () => { throw new StepError(code, "skopeo in step push/web failed with exit code 1.", { log }); } });

const push = async (engine: Engine, has: Registry) => pushImage(build, built, to, { engine, registry: has, access, timeoutMs: 60_000, signal: new AbortController().signal });

describe("pushing an image", () => {
  it("sends its archive to the commit's tag, and gives the digest that the registry has", async () => {
    const steps: Step[] = [];
    expect(await push(sending(steps), registry(undefined, whole))).toEqual({ service: "web", ...to, digest, imageId: built.imageId, reference: `registry.example/shop-web@${digest}`, how: "pushed", differs: false });
    expect(steps.map((step) => step.commands[0]?.argv.slice(-2))).toEqual([["docker-archive:/image.tar", `docker://registry.example/shop-web:${to.tag}`]]);
  });

  it("keeps the credentials out of the command line and the environment", async () => {
    const steps: Step[] = [];
    await push(sending(steps), registry(undefined, whole));
    const { secrets, ...visible } = steps[0] ?? { secrets: {} };
    expect(Object.values(secrets)).toEqual([access.authFile]);
    expect(JSON.stringify(visible)).not.toContain("QVdTOnRva2Vu");
  });

  it("adopts the image that has the commit's tag, and sends nothing", async () => {
    expect(await push(fakeEngine(), registry(whole))).toMatchObject({ how: "adopted", differs: false, digest });
  });

  it("says that an adopted image is another than a fresh build", async () => {
    const other = { digest, imageId: `sha256:${"9".repeat(64)}` };
    expect(await push(fakeEngine(), registry(other))).toMatchObject({ how: "adopted", differs: true, digest });
  });

  it("adopts the image of somebody who was quicker", async () => {
    expect(await push(failing("TOOL_FAILED", "tag is immutable"), registry(undefined, whole))).toMatchObject({ how: "adopted" });
  });

  it("says why nothing was pushed", async () => {
    const log = 'time="2026-11-24T10:00:00Z" level=fatal msg="writing blob: denied: not authorized"';
    await expect(push(failing("TOOL_FAILED", log), registry(undefined))).rejects.toMatchObject({
      code: "PUSH_FAILED",
      exitCode: 1,
      message: `The image of web could not be pushed to shop-web:${to.tag}: writing blob: denied: not authorized. Nothing was deployed. Run again; what has arrived is not sent twice.`,
    });
  });

  it("leaves a failure of the engine what it is", async () => {
    await expect(push(failing("DISK_FULL", ""), registry(undefined))).rejects.toMatchObject({ name: "StepError", code: "DISK_FULL" });
  });

  it.each<[string, RegistryImage | undefined, string]>([
    ["nothing", undefined, "the tag is not there"],
    ["another manifest", { ...whole, digest: `sha256:${"e".repeat(64)}` }, `it has sha256:${"e".repeat(64)}, sent was ${digest}`],
    ["another image", { digest, imageId: `sha256:${"9".repeat(64)}` }, `it has ${digest}, sent was ${digest}`],
  ])("does not go on with %s in the registry", async (_what, arrived, why) => {
    await expect(push(sending([]), registry(undefined, arrived))).rejects.toThrow(`The registry does not have what was sent to shop-web:${to.tag}: ${why}. Nothing was deployed.`);
  });
});

describe("the tag of an image", () => {
  it.each([
    ["is the commit's", false, aCommit.slice(0, 7)],
    ["names the image too when the tree has changes", true, `${aCommit.slice(0, 7)}-dirty-abababab`],
  ])("%s", (_name, dirty, tag) => {
    expect(pushTag({ ...aRepository, dirty }, built.imageId)).toBe(tag);
  });
});
