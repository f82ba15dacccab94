import { describe, expect, it } from "vitest";
import { catalogue, imageNames, isImageName, standInReference } from "../../src/images/catalogue.ts";
import { releaseBuild, serviceBuild } from "../../src/images/service-build.ts";
import { aConfig, aRepository } from "../support/values.ts";

const service = { path: "services/web", dockerfile: "docker/Dockerfile", target: "runtime", baseImages: { NODE_IMAGE: "node" } };

describe("the build of a service", () => {
  it("carries the tag and the commit when it is to be released", () => {
    expect(serviceBuild("web", service, { target: "runtime", timeoutMs: 1000, release: { project: "notes", version: "0123456-dirty" } })).toEqual({
      service: "web",
      context: "services/web",
      dockerfile: "docker/Dockerfile",
      target: "runtime",
      baseImages: { NODE_IMAGE: "node" },
      timeoutMs: 1000,
      tag: "notes-web:0123456-dirty",
      commit: "0123456-dirty",
    });
  });

  it("carries neither when it only runs steps, so that a commit changes nothing", () => {
    const build = serviceBuild("web", service, { target: "deps", timeoutMs: 1000 });
    expect([build.target, "tag" in build, "commit" in build]).toEqual(["deps", false, false]);
  });
});

describe("what is released of a service", () => {
  it("is the same build for every gate that asks for it, whatever time that gate has", () => {
    const config = aConfig({ gates: { images: { timeoutMinutes: 7 }, sbom: { timeoutMinutes: 3 } } });
    expect(releaseBuild("backend", { config, repository: { ...aRepository, dirty: true } })).toEqual({
      service: "backend",
      context: "services/backend",
      dockerfile: "Dockerfile",
      target: "runtime",
      baseImages: {},
      timeoutMs: 420_000,
      tag: "notes-backend:0123456-dirty",
      commit: "0123456-dirty",
      first: ["deps"],
    });
  });
});

describe("the catalogue", () => {
  it.each(imageNames)("%s has a full reference with the version in its tag", (name) => {
    expect(catalogue[name].reference).toMatch(/^[a-z0-9.-]+\/[a-z0-9./-]+:[\w.-]+(@sha256:[0-9a-f]{64})?$/);
    expect(catalogue[name].reference).toContain(catalogue[name].version);
  });

  it.each(imageNames)("%s has a stand-in with a name of its own", (name) => {
    expect(standInReference(name)).toMatch(new RegExp(`^localhost/stand-in/${name}:[\\d.]+$`));
  });

  it.each([["node", true], ["constructor", false], ["docker.io/library/node:24", false]])("knows its names: %s %s", (name, known) => {
    expect(isImageName(name)).toBe(known);
  });
});
