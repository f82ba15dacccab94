import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageKey, productionPackages } from "../../../src/gates/npm/production-packages.ts";

const read = (packages: Readonly<Record<string, unknown>>, lockfileVersion = 3): string[] => productionPackages("package-lock.json", JSON.stringify({ lockfileVersion, packages })).production.map(packageKey);

describe("the production packages of a lock file", () => {
  it("are those that every image of the service needs", () => {
    expect(
      read({
        "": { name: "web", version: "1.0.0" },
        "node_modules/b": { version: "1.0.0" },
        "node_modules/a": { version: "2.0.0" },
        "node_modules/a/node_modules/b": { version: "0.9.0" },
        "node_modules/@scope/c": { version: "3.0.0-rc.1+build" },
        "node_modules/dev": { version: "1.0.0", dev: true },
        "node_modules/dev-or-optional": { version: "1.0.0", devOptional: true },
        "node_modules/optional": { version: "1.0.0", optional: true },
      }),
    ).toEqual(["@scope/c@3.0.0-rc.1+build", "a@2.0.0", "b@0.9.0", "b@1.0.0"]);
  });

  it("go by the name of the package where the folder has another, and are named once", () => {
    expect(read({ "node_modules/alias": { name: "real", version: "1.0.0" }, "node_modules/x/node_modules/real": { version: "1.0.0" } })).toEqual(["real@1.0.0"]);
  });

  it("are bundled ones, too, and those without a version", () => {
    expect(read({ "node_modules/a": { version: "1.0.0" }, "node_modules/a/node_modules/in-it": { version: "2.0.0", inBundle: true }, "node_modules/from-git": { resolved: "git+ssh://git@example.org/x.git#0123456" } })).toEqual(["a@1.0.0", "from-git", "in-it@2.0.0"]);
  });

  it("are not the service's own folders, nor the links to them", () => {
    expect(read({ "packages/own": { name: "own", version: "1.0.0" }, "node_modules/own": { resolved: "packages/own", link: true } })).toEqual([]);
  });

  it("are read from version 2 as from version 3, with the service's own name", () => {
    expect(read({ "node_modules/a": { version: "1.0.0" } }, 2)).toEqual(["a@1.0.0"]);
    expect(productionPackages("x", '{"lockfileVersion":3,"packages":{"":{"name":"web","version":"1.0.0"}}}').own).toEqual({ name: "web", version: "1.0.0" });
    expect(productionPackages("x", '{"lockfileVersion":3,"packages":{"":{}}}').own).toBeUndefined();
  });

  it.each(["backend", "frontend"])("are some of the real lock file of %s", (service) => {
    const text = readFileSync(join(import.meta.dirname, "../../../../services", service, "package-lock.json"), "utf8");
    const { own, production } = productionPackages("package-lock.json", text);
    expect(own?.name).toBe(`@notes/${service}`);
    expect(production.map(packageKey)).toContainEqual(expect.stringMatching(/^zod@/));
    expect(production.map(({ name }) => name)).not.toContain("vitest");
  });

  it.each([
    ['{"lockfileVersion":1,"dependencies":{}}', /is of version 1/],
    ['{"lockfileVersion":4,"packages":{}}', /is of version 4/],
    ['{"lockfileVersion":3}', /^package-lock\.json: It is not of npm's form: packages/],
    ['{"packages":{}}', /lockfileVersion/],
    ["lockfileVersion: '9.0'\n", /is not JSON/],
    ["", /is not JSON/],
    ['{"lockfileVersion":3,"packages":{"node_modules/a":{"version":1}}}', /packages\.node_modules\/a\.version/],
  ])("cannot be read from %j", (text, message) => {
    expect(() => productionPackages("package-lock.json", text)).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: expect.stringMatching(message) as string }));
  });
});
