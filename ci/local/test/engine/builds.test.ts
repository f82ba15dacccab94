import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { ImageBuild } from "../../../../dagger/src/engine/engine.ts";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import type { RunOptions } from "../../src/container-engine/container-cli.ts";
import type { ContainerEngine } from "../../src/container-engine/engine.ts";
import { ContainerEngineError } from "../../src/container-engine/errors.ts";
import { containerEngine, hostSettings, openEngine, provide, shellStep, stepErrorOf, testService, unending, webBuild } from "../support/local-engine.ts";
import { removeImages } from "../support/left-behind.ts";
import { commitAll, scratchFolder, scratchRepository, writeFiles } from "../support/scratch.ts";

/** Builds of Dockerfiles with the real engine. */

const runtime = "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS deps\nRUN echo deps >/deps\nFROM deps AS runtime\nARG COMMIT=unknown\nLABEL org.opencontainers.image.revision=${COMMIT}\nCOPY . /app\n";

/** A build under a name of its own, whose images go with the test. */
function aBuild(changes: Partial<ImageBuild> = {}): ImageBuild {
  const build = webBuild(changes);
  onTestFinished(async () => removeImages(`gitops-build-${build.service}-`));
  return build;
}

const imageSchema = z.tuple([z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()).nullish(), Env: z.array(z.string()).nullish() }), Id: z.string() }).loose()]);

async function inspect(reference: string): Promise<z.infer<typeof imageSchema>[0]> {
  const { cli } = await containerEngine();
  return imageSchema.parse(JSON.parse((await cli.run(["image", "inspect", reference])).stdout))[0];
}

describe("a build", () => {
  it("names the image, labels the commit, tells its id and size, and is taken from the cache the second time", async () => {
    const root = await scratchRepository({ "web/Dockerfile": runtime, "web/a.txt": "a" });
    const service = testService();
    const tag = `gitops-build-${service}-release:abc1234`;
    const build = aBuild({ service, tag, commit: "abc1234" });
    const home = await scratchFolder("cache");
    const first = await (await openEngine(root, { home })).engine.build(build, unending);
    const image = await inspect(tag);
    expect(first).toMatchObject({ reference: tag, cached: false, imageId: `sha256:${image.Id.replace("sha256:", "")}` });
    expect(first.sizeBytes).toBeGreaterThan(1_000_000);
    expect(image.Config.Labels).toMatchObject({ "org.opencontainers.image.revision": "abc1234" });
    expect(await (await openEngine(root, { home })).engine.build(build, unending)).toEqual({ ...first, cached: true });
  });

  it("is made again when its service, its target, its commit or its base image changes, and for nothing else", async () => {
    const root = await scratchRepository({ "web/Dockerfile": runtime, "web/a.txt": "a", "api/Dockerfile": runtime });
    const [web, api] = [aBuild(), aBuild({ context: "api" })];
    const build = async (what: ImageBuild) => (await (await openEngine(root)).engine.build(what, unending)).cached;
    expect([await build(web), await build(api)]).toEqual([false, false]);
    await writeFiles(root, { "web/a.txt": "changed", "README.md": "new" });
    await commitAll(root);
    expect([await build(web), await build(api)]).toEqual([false, true]);
    expect(await build({ ...api, commit: "abc1234" })).toBe(false);
    expect(await build({ ...api, target: "deps" })).toBe(false);
    const node = await provide("node", unending);
    const other = await openEngine(root, { provide: async () => Promise.resolve({ ...node, imageId: "sha256:newer" }) });
    expect((await other.engine.build(api, unending)).cached).toBe(false);
  });

  it("of two targets that a gate and a step ask for at once happens once each, one after the other", async () => {
    const root = await scratchRepository({ "web/Dockerfile": runtime.replace("echo deps", "echo deps $(date +%s%N)"), "web/a.txt": "a" });
    const { engine, parts } = await openEngine(root);
    const service = testService();
    const commands: string[] = [];
    const [deps, release] = [aBuild({ service, target: "deps" }), aBuild({ service })];
    const run = parts.containers.cli.run.bind(parts.containers.cli);
    parts.containers.cli.run = async (args, options) => {
      if (args[0] === "build") commands.push("begin");
      const result = await run(args, options);
      if (args[0] === "build") commands.push("end");
      return result;
    };
    onTestFinished(() => { parts.containers.cli.run = run; });
    const read = shellStep("cat /deps", { image: { kind: "build", build: deps } });
    const [image, step, again] = await Promise.all([engine.build(release, unending), engine.run(read, unending), engine.build(release, unending)]);
    expect(commands).toEqual(["begin", "end", "begin", "end"]);
    expect(again.imageId).toBe(image.imageId);
    const inRelease = await engine.run(shellStep("cat /deps", { image: { kind: "build", build: release } }), unending);
    expect(inRelease.commands[0]?.stdout).toBe(step.commands[0]?.stdout);
  });

  it("sees the tree as it was when the run began, without what Git ignores", async () => {
    const root = await scratchRepository({ "web/Dockerfile": runtime, "web/a.txt": "a", ".gitignore": "secret.env" });
    await writeFiles(root, { "web/secret.env": "x" });
    const { engine } = await openEngine(root);
    await writeFiles(root, { "web/a.txt": "edited in the middle", "web/late.txt": "late" });
    const { commands } = await engine.run(shellStep("cat /app/a.txt; ls /app", { image: { kind: "build", build: aBuild() } }), unending);
    expect(commands[0]?.stdout).toBe("aDockerfile\na.txt\n");
  });

  it("can use this machine's authorities, npm's and pip's settings and proxies, and leaves none of them in the image or its history", async () => {
    const marks = { npmrc: "token-in-npmrc-77121", pip: "https://user:password-pipq66143@pip.example/simple", proxy: "http://user:proxy-password-88232@127.0.0.1:9" };
    const dockerfile = [
      "ARG NODE_IMAGE",
      "FROM ${NODE_IMAGE} AS runtime",
      "RUN --mount=type=secret,id=npmrc,target=/run/secrets/npmrc --mount=type=secret,id=pip,target=/run/secrets/pip.conf --mount=type=secret,id=ca,target=/run/secrets/ca.pem \\",
      "  cat /run/secrets/npmrc /run/secrets/pip.conf /run/secrets/ca.pem | wc -c >/sizes; echo $HTTPS_PROXY | wc -c >>/sizes",
      "",
    ].join("\n");
    const root = await scratchRepository({ "web/Dockerfile": dockerfile, "ca.pem": "authority-99343\n" });
    const host = { ...(await hostSettings()), caFile: `${root}/ca.pem`, npmrc: `//r/:_authToken=${marks.npmrc}\n`, pipConf: `[global]\nindex-url = ${marks.pip}\n`, proxyEnv: { HTTPS_PROXY: marks.proxy, https_proxy: marks.proxy } };
    const { engine, parts, home } = await openEngine(root, { host });
    const build = aBuild();
    const { commands } = await engine.run(shellStep("cat /sizes; grep -rl -e 7712[1] -e pipq6614[3] -e 8823[2] -e 9934[3] / --exclude-dir=proc --exclude-dir=sys --exclude-dir=.step 2>/dev/null", { image: { kind: "build", build }, accept: [1, 2] }), unending);
    const sizes = [host.npmrc.length + host.pipConf.length + "authority-99343\n".length, marks.proxy.length + 1].map((size) => `${String(size)}\n`).join("");
    expect(commands[0]?.stdout).toBe(sizes);
    const { reference } = await engine.build(build, unending);
    const { cli } = parts.containers;
    const seen = [(await cli.run(["image", "inspect", reference])).stdout, (await cli.run(["history", "--no-trunc", reference])).stdout].join("\n");
    for (const word of ["77121", "pipq66143", "88232", "99343"]) expect(seen.includes(word), word).toBe(false);
    const left = await execa("grep", ["-rl", "-e", "77121", "-e", "pipq66143", "-e", "88232", "-e", "99343", parts.runFolder, home, "--exclude=ca.pem"], { reject: false });
    expect(left.stdout).toBe("");
  });
});

describe("a build that loses an image to another process", () => {
  /** The real engine, whose first builds fail as Podman's do when an image goes while they look for it. */
  async function disturbed(times: number): Promise<{ engine: ContainerEngine; builds: () => number }> {
    const real = await containerEngine();
    let builds = 0;
    const cli = new Proxy(real.cli, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "run") return typeof value === "function" ? (value.bind(target) as unknown) : value;
        return async (args: readonly string[], options?: RunOptions) => {
          if (args[0] === "build" && (builds += 1) <= times) throw new ContainerEngineError("COMMAND_FAILED", { happened: "", state: "", next: "", exitCode: 125, stderrTail: "Error: checking if cached image exists from a previous build: getting top layer info: layer not known" });
          return target.run(args, options);
        };
      },
    });
    return { engine: { ...real, cli }, builds: () => builds };
  }

  it("is made once more", async () => {
    const { engine: containers, builds } = await disturbed(1);
    const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": runtime }), { containers });
    expect((await engine.build(aBuild(), unending)).cached).toBe(false);
    expect(builds()).toBe(2);
  });

  it("has no result when that happens again, which is not the Dockerfile's fault", async () => {
    const { engine: containers, builds } = await disturbed(9);
    const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": runtime }), { containers });
    expect((await stepErrorOf(engine.build(aBuild(), unending))).code).toBe("TOOL_FAILED");
    expect(builds()).toBe(2);
  });
});

describe("a build fails", () => {
  const failure = async (dockerfile: string, changes: Partial<ImageBuild> = {}): Promise<StepError> => {
    const { engine } = await openEngine(await scratchRepository({ "web/Dockerfile": dockerfile }));
    return stepErrorOf(engine.build(aBuild(changes), unending));
  };

  it("as BUILD_FAILED with the end of the log when the Dockerfile is at fault", async () => {
    const error = await failure("ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nRUN echo begun && echo the-very-reason >&2 && exit 9\n");
    expect(error.code).toBe("BUILD_FAILED");
    expect(error.message).toMatch(/^web\/Dockerfile does not build \(target runtime\): .*9/);
    expect(error.log).toContain("the-very-reason");
  });

  it("as BUILD_FAILED when the Dockerfile has no such target, or is no Dockerfile", async () => {
    expect((await failure(runtime, { target: "absent" })).code).toBe("BUILD_FAILED");
    expect((await failure("this is no Dockerfile\n")).code).toBe("BUILD_FAILED");
  });

  it("as SOURCE_UNREADABLE when there is no such Dockerfile, or no such folder", async () => {
    expect((await failure(runtime, { dockerfile: "Dockerfile.prod" })).message).toMatch(/^web\/Dockerfile\.prod does not exist, or Git ignores it: /);
    const error = await failure(runtime, { context: "elsewhere" });
    expect(error.code).toBe("SOURCE_UNREADABLE");
    expect(error.message).toMatch(/^elsewhere holds no file that Git knows or would add/);
  });

  it("as IMAGE_UNAVAILABLE, not as the Dockerfile's fault, when it names an image itself that cannot be had", async () => {
    const error = await failure("FROM 127.0.0.1:9/nobody/nothing:1 AS runtime\n", { baseImages: {} });
    expect(error.code).toBe("IMAGE_UNAVAILABLE");
    expect(error.message).toMatch(/^An image that web\/Dockerfile names in FROM could not be pulled: /);
  });

  it("as TOOL_FAILED when it cannot reach what it downloads from", async () => {
    const error = await failure("ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nRUN node -e 'fetch(\"http://nowhere.invalid\").catch((e) => { console.error(e.cause.code); process.exit(1) })'\n");
    expect(error.code).toBe("TOOL_FAILED");
    expect(error.message).toBe("The build of web/Dockerfile (runtime) could not reach what it downloads from.");
  });

  it("as TIMED_OUT when it takes too long", async () => {
    const error = await failure("ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nRUN sleep 1000\n", { timeoutMs: 3000 });
    expect(error.code).toBe("TIMED_OUT");
    expect(error.message).toBe("The build of web/Dockerfile (target runtime) was stopped after 3 s.");
  });

  it("and the next build of the same thing is made anew", async () => {
    const root = await scratchRepository({ "web/Dockerfile": runtime });
    const build = aBuild();
    const unable = await openEngine(root, { provide: async () => Promise.reject(new StepError("IMAGE_UNAVAILABLE", "No.")) });
    expect((await stepErrorOf(unable.engine.build(build, unending))).code).toBe("IMAGE_UNAVAILABLE");
    expect((await (await openEngine(root)).engine.build(build, unending)).cached).toBe(false);
  });
});
