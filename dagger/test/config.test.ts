import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError, configJsonSchema, imageOverride, parseConfig } from "../src/config.ts";
import { imageNames } from "../src/images/catalogue.ts";
import { gateNames } from "../src/report/schema.ts";

const least = { project: "notes", services: { web: { path: "services/web" } } };
const web = (more: Readonly<Record<string, unknown>>): unknown => ({ ...least, services: { web: { path: "services/web", ...more } } });
const secretsGate = (settings: unknown): unknown => ({ ...least, gates: { secrets: settings } });

const parse = (value: unknown): ReturnType<typeof parseConfig> => parseConfig(JSON.stringify(value));

function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("gitops.json", () => {
  it("needs a project and one service; everything else has a default", () => {
    expect(parse(least)).toEqual({
      project: "notes",
      services: { web: { path: "services/web", dockerfile: "Dockerfile", target: "runtime", baseImages: {} } },
      releaseBranch: "main",
      gates: expect.objectContaining({ secrets: { mode: "block", timeoutMinutes: 15 }, "image-scan": { mode: "block", timeoutMinutes: 15, database: "mirror.gcr.io/aquasec/trivy-db:2", maxDatabaseAgeDays: 3 } }) as unknown,
      images: {},
    });
  });

  const modes = (value: unknown): Record<string, string[]> => {
    const byMode = Object.entries(parse(value).gates).map(([gate, { mode }]) => ({ gate, mode }));
    return Object.fromEntries(["block", "report", "off"].map((mode) => [mode, byMode.filter((line) => line.mode === mode).map((line) => line.gate)]));
  };

  it("lets every gate stop a release, but for those that advise", () => {
    expect(modes(least)).toEqual({ block: gateNames.filter((gate) => gate !== "dockerfiles" && gate !== "licences"), report: ["dockerfiles", "licences"], off: [] });
  });

  it("has a preset with exactly the modes that teams start with", () => {
    expect(modes({ ...least, preset: "lab" })).toEqual({
      block: ["static-analysis", "unit-tests", "images"],
      report: ["secrets", "dependencies", "code-quality", "infrastructure", "image-scan", "sbom", "dockerfiles", "licences"],
      off: [],
    });
  });

  it("takes a gate's own mode before the preset's", () => {
    const { gates } = parse({ ...least, preset: "lab", gates: { secrets: { mode: "block" }, images: { mode: "off", reason: "built elsewhere" } } });
    expect([gates.secrets.mode, gates.images.mode, gates.sbom.mode]).toEqual(["block", "off", "report"]);
  });

  it("fills in unitTests and infrastructure when they are there", () => {
    const config = parse({ ...web({ unitTests: { services: { database: { image: "postgres", port: 5432 } } } }) as object, infrastructure: { path: "cdktf/" } });
    expect(config.services["web"]?.unitTests).toEqual({ target: "deps", sources: "/app", env: {}, services: { database: { image: "postgres", port: 5432, env: {} } } });
    expect(config.infrastructure).toEqual({ path: "cdktf", dockerfile: "Dockerfile", target: "deps", sources: "/app", baseImages: {}, output: "cdktf.out", inputs: [] });
  });

  it.each(["registry.example/mirror/trivy-db:2", "registry.example:5000/db@sha256:" + "0a".repeat(32), "./database", "/srv/trivy"])("takes the vulnerability database %s", (database) => {
    expect(parse({ ...least, gates: { "image-scan": { database } } }).gates["image-scan"].database).toBe(database);
  });

  it("takes what another environment has over it, key by key, through the same schema", () => {
    const text = JSON.stringify({ ...least, release: { container: "web", port: 80, region: "eu-west-1" } });
    const { release } = parseConfig(text, "gitops.json", JSON.stringify({ release: { database: "external", rehearsal: { stacks: ["production"] } } }));
    expect(release).toMatchObject({ container: "web", port: 80, database: "external", rehearsal: { stacks: ["production"], speed: 20 } });
    expect(() => parseConfig(text, "gitops.json", '{"release": {"database": "somewhere"}}')).toThrow(/release.database is "somewhere"/);
  });

  it("fills in staticAnalysis when it is there", () => {
    expect(parse(web({ staticAnalysis: {} })).services["web"]?.staticAnalysis).toEqual({ target: "deps", sources: "/app", project: "tsconfig.json" });
  });

  it.each([
    ["services/web/", "services/web"],
    ["./services/web", "services/web"],
    ["services//web/.", "services/web"],
    [".", "."],
    ["./", "."],
    ["dienste/größe mit leerzeichen", "dienste/größe mit leerzeichen"],
  ])("reads the path %j as %j", (path, expected) => {
    expect(parse(web({ path })).services["web"]?.path).toBe(expected);
  });

  it.each([
    "node",
    "docker.io/library/node:24",
    "registry.example:5000/team/node:24.1.0-slim",
    `registry.example/node@sha256:${"0a".repeat(32)}`,
    `registry.example/a/b/c:1@sha256:${"0a".repeat(32)}`,
    "localhost/stand-in/node:24",
  ])("takes the base image %s", (image) => {
    expect(parse(web({ baseImages: { NODE_IMAGE: image } })).services["web"]?.baseImages).toEqual({ NODE_IMAGE: image });
  });

  it("lets two services share a folder when they build another target, or on another base", () => {
    const a = { path: "app", target: "a" };
    expect(parse({ ...least, services: { a, b: { ...a, target: "b" }, c: { ...a, baseImages: { BASE: "node" } } } })).toBeDefined();
  });

  it("takes the override of an image of the catalogue, and of no other", () => {
    const config = parse({ ...least, images: { node: "mirror.example/node:24" } });
    expect([imageOverride(config, "node"), imageOverride(config, "nginx"), imageOverride(config, "docker.io/library/node:24")]).toEqual(["mirror.example/node:24", undefined, undefined]);
  });
});

describe("a gitops.json that cannot be used", () => {
  it("is answered with all its problems, what was not done, and what to do", () => {
    expect(() => parse({ project: "Notes", services: { web: {} }, gate: {} })).toThrow(
      new ConfigError("gitops.json", [
        "project must be 1 to 40 lower-case letters, digits or hyphens, with no hyphen first or last; it is \"Notes\"",
        "services.web.path is missing; it must be a string",
        "gate is not known; the top level may have: $schema, project, services, infrastructure, release, preset, releaseBranch, gates, images",
      ]),
    );
  });

  it("is answered in the singular when one line is wrong", () => {
    expect(() => parseConfig('{"project": "notes"}', "other.json")).toThrow(
      expect.objectContaining({
        message: [
          "other.json cannot be used; nothing was started.",
          "  services is missing; it must be an object",
          "Mend this line and run again; dagger/gitops.schema.json lists every key, for editors too.",
        ].join("\n"),
      }),
    );
  });

  it.each(["", "  \n"])("says what the least is when it is empty (%j)", (text) => {
    expect(problemsOf(text)).toEqual(['it is empty; the least is {"project": "…", "services": {"web": {"path": "…"}}}']);
  });

  it.each(["{", "{'project': 1}", "project: notes", '{"project": "notes",}'])("is not JSON: %s", (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^it is not JSON: .+/)]);
  });

  it.each([
    ["null", "the top level is null; it must be an object"],
    ["[]", "the top level is []; it must be an object"],
    ['"notes"', 'the top level is "notes"; it must be an object'],
  ])("is an object, not %s", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  const allowedForService = "services.web may have: path, dockerfile, baseImages, target, staticAnalysis, unitTests";
  it.each<[string, unknown, string | string[]]>([
    // A key that is not known, at each level.
    ["key at the top", { ...least, gtaes: {} }, "gtaes is not known; the top level may have: $schema, project, services, infrastructure, release, preset, releaseBranch, gates, images"],
    ["key of a service", web({ dockerFile: "D" }), `services.web.dockerFile is not known; ${allowedForService}`],
    ["keys of a service", web({ a: 1, constructor: 2 }), [`services.web.a is not known; ${allowedForService}`, `services.web.constructor is not known; ${allowedForService}`]],
    ["key of staticAnalysis", web({ staticAnalysis: { src: "." } }), "services.web.staticAnalysis.src is not known; services.web.staticAnalysis may have: target, sources, project"],
    ["gate", { ...least, gates: { secret: {} } }, `gates.secret is not known; gates may have: ${gateNames.join(", ")}`],
    ["key of a gate", secretsGate({ treshold: "high" }), "gates.secrets.treshold is not known; gates.secrets may have: mode, reason, timeoutMinutes"],
    ["image", { ...least, images: { nod: "a.example/b:1" } }, `images.nod is not known; images may have: ${imageNames.join(", ")}`],
    // A wrong type.
    ["project", { ...least, project: 7 }, "project is 7; it must be a string"],
    ["project null", { ...least, project: null }, "project is null; it must be a string"],
    ["services", { ...least, services: [] }, "services is []; it must be an object"],
    ["service", { ...least, services: { web: "services/web" } }, 'services.web is "services/web"; it must be an object'],
    ["staticAnalysis", web({ staticAnalysis: true }), "services.web.staticAnalysis is true; it must be an object"],
    ["gates", { ...least, gates: [] }, "gates is []; it must be an object"],
    ["gate", secretsGate("off"), 'gates.secrets is "off"; it must be an object'],
    ["timeout", secretsGate({ timeoutMinutes: "5" }), 'gates.secrets.timeoutMinutes is "5"; it must be a number'],
    ["fraction", secretsGate({ timeoutMinutes: 1.5 }), "gates.secrets.timeoutMinutes is 1.5; it must be a whole number"],
    ["image", { ...least, images: { node: 24 } }, "images.node is 24; it must be a string"],
    // A wrong value.
    ["mode", secretsGate({ mode: "blok" }), 'gates.secrets.mode is "blok"; allowed: "block", "report", "off"'],
    ["no minutes", secretsGate({ timeoutMinutes: 0 }), "gates.secrets.timeoutMinutes must be from 1 to 120; it is 0"],
    ["too many minutes", secretsGate({ timeoutMinutes: 121 }), "gates.secrets.timeoutMinutes must be from 1 to 120; it is 121"],
    ["no service", { ...least, services: {} }, "services must name at least one service"],
    ["service's name", { ...least, services: { Web: { path: "x" } } }, "services.Web must be 1 to 40 lower-case letters, digits or hyphens, with no hyphen first or last"],
    ["hyphen at the end", { ...least, services: { "web-": { path: "x" } } }, "services.web- must be 1 to 40 lower-case letters, digits or hyphens, with no hyphen first or last"],
    ["target", web({ target: "-rm" }), 'services.web.target must be a stage\'s name: lower-case letters, digits, dots, hyphens or underscores, beginning with a letter; it is "-rm"'],
    ["sources", web({ staticAnalysis: { sources: "app" } }), 'services.web.staticAnalysis.sources must be an absolute path without a closing slash, such as /app; it is "app"'],
    ["sources with a slash", web({ staticAnalysis: { sources: "/app/" } }), 'services.web.staticAnalysis.sources must be an absolute path without a closing slash, such as /app; it is "/app/"'],
    ["build argument", web({ baseImages: { node: "node" } }), "services.web.baseImages.node must be a build argument's name, such as NODE_IMAGE"],
    ["base image", web({ baseImages: { NODE_IMAGE: "node:24" } }), 'services.web.baseImages.NODE_IMAGE must be one of node, nginx, postgres, python, or a full image reference such as registry.example/team/node:24; it is "node:24"'],
    ["base image with a space", web({ baseImages: { NODE_IMAGE: "a.example/b :1" } }), 'services.web.baseImages.NODE_IMAGE must be one of node, nginx, postgres, python, or a full image reference such as registry.example/team/node:24; it is "a.example/b :1"'],
    ["override", { ...least, images: { node: "node" } }, 'images.node must be a full image reference such as registry.example/team/node:24; it is "node"'],
    // A path that leads out.
    ["parent", web({ path: "../web" }), "services.web.path must be a relative path without .."],
    ["parent on the way", web({ path: "services/../../web" }), "services.web.path must be a relative path without .."],
    ["absolute path", web({ path: "/services/web" }), "services.web.path must be a relative path without .."],
    ["no path", web({ path: "" }), "services.web.path must be a relative path without .."],
    ["Dockerfile", web({ dockerfile: "../Dockerfile" }), "services.web.dockerfile must be a relative path without .."],
    ["tsconfig", web({ staticAnalysis: { project: "/etc/tsconfig.json" } }), "services.web.staticAnalysis.project must be a relative path without .."],
    // What cannot be together.
    ["off without a reason", secretsGate({ mode: "off" }), 'gates.secrets.reason is needed when mode is "off": say why nobody has to look'],
    ["off with an empty reason", secretsGate({ mode: "off", reason: " " }), 'gates.secrets.reason must say why; it is " "'],
    ["a reason without off", secretsGate({ reason: "we trust us" }), 'gates.secrets.reason belongs to mode "off" only; mode is absent'],
    ["a base image that is a tool", web({ baseImages: { NODE_IMAGE: "trivy" } }), 'services.web.baseImages.NODE_IMAGE must be one of node, nginx, postgres, python, or a full image reference such as registry.example/team/node:24; it is "trivy"'],
    ["preset", { ...least, preset: "laboratory" }, 'preset is "laboratory"; allowed: "lab"'],
    ["threshold", { ...least, gates: { dependencies: { blocksAt: "grave" } } }, 'gates.dependencies.blocksAt is "grave"; allowed: "critical", "high", "medium", "low", "info"'],
    ["threshold of a gate that has none", secretsGate({ blocksAt: "high" }), "gates.secrets.blocksAt is not known; gates.secrets may have: mode, reason, timeoutMinutes"],
    ["coverage", { ...least, gates: { "code-quality": { coverage: 180 } } }, "gates.code-quality.coverage must be from 0 to 100; it is 180"],
    ["server", { ...least, gates: { "code-quality": { host: "sonar" } } }, 'gates.code-quality.host must be a server\'s address such as https://sonar.example; it is "sonar"'],
    ["database", { ...least, gates: { "image-scan": { database: "trivy-db" } } }, 'gates.image-scan.database must be an image repository such as registry.example/mirror/trivy-db:2, a folder of this repository (./…) or of this machine (/…); it is "trivy-db"'],
    ["licence", { ...least, gates: { licences: { allow: ["MIT", "Apache 2.0"] } } }, 'gates.licences.allow.1 must be an SPDX licence identifier such as MIT'],
    ["a command without its report", web({ unitTests: { command: ["pytest"] } }), "services.web.unitTests.junit is needed with command: where does it leave its JUnit report?"],
    ["a report without its command", web({ unitTests: { lcov: "/report/lcov.info" } }), "services.web.unitTests.lcov belongs to command only: for Vitest it is known"],
    [
      "two servers on one port",
      web({ unitTests: { services: { a: { image: "postgres", port: 5432 }, b: { image: "postgres", port: 5432 } } } }),
      "services.web.unitTests.services.b.port is that of services.a too: they run on one network",
    ],
    ["synth without a program", { ...least, infrastructure: { path: "cdktf", synth: [] } }, "infrastructure.synth must have at least the program's name; it is []"],
    [
      "the same build twice",
      { ...least, services: { web: { path: "app" }, api: { path: "./app/" } } },
      "services.api builds the same as services.web (app/Dockerfile target runtime); give one of them another path, dockerfile or target",
    ],
    ["release without its container", { ...least, release: { port: 8080 } }, "release.container is missing; it must be a string"],
    ["region", { ...least, release: { container: "web", port: 8080, region: "Ireland" } }, 'release.region must be an AWS region such as eu-west-1; it is "Ireland"'],
    ["repository of nobody", { ...least, release: { container: "web", port: 8080, repositories: { wep: "notes/web" } } }, "release.repositories.wep is no service of this file; there are: web"],
    ["placeholder of the pipeline", { ...least, release: { container: "web", port: 8080, values: { AWS_REGION: "x" } } }, "release.values.AWS_REGION is filled in by the pipeline; give it another name"],
    ["placeholder of an image", { ...least, release: { container: "web", port: 8080, secrets: { WEB_IMAGE: "x" } } }, "release.secrets.WEB_IMAGE is that of the image of services.web; give it another name"],
    ["placeholder twice", { ...least, release: { container: "web", port: 8080, secrets: { LEVEL: "x" }, values: { LEVEL: "y" } } }, "release.values.LEVEL is in release.secrets too; give it another name"],
  ])("names the problem: %s", (_name, value, problems) => {
    expect(problemsOf(JSON.stringify(value))).toEqual([problems].flat());
  });

  it("shows the beginning of a long value only", () => {
    expect(problemsOf(JSON.stringify({ ...least, project: ["x".repeat(500)] }))[0]?.length).toBeLessThan(150);
  });
});

describe("dagger/gitops.schema.json", () => {
  it("is what the parser's schema gives (else: npm run schemas)", () => {
    expect(JSON.parse(readFileSync(new URL("../gitops.schema.json", import.meta.url), "utf8"))).toEqual(configJsonSchema());
  });

  it("is what this repository's own gitops.json points to, and that file can be used", () => {
    const text = readFileSync(new URL("../../gitops.json", import.meta.url), "utf8");
    expect(parseConfig(text).$schema).toBe("./dagger/gitops.schema.json");
  });
});
