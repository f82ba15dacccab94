import { describe, expect, it } from "vitest";
import { parseNpmLock, pathTo } from "../../../src/gates/npm/lock.ts";

const lock = (packages: object, manifest: object = {}) => parseNpmLock(JSON.stringify({ lockfileVersion: 3, packages }), JSON.stringify(manifest));

describe("the way from a direct dependency to a package", () => {
  const tree = lock(
    {
      "": { dependencies: { a: "1", b: "1" }, devDependencies: { tool: "1" } },
      "node_modules/a": { version: "1.0.0", dependencies: { c: "1" } },
      "node_modules/b": { version: "1.1.0", dependencies: { d: "1" } },
      "node_modules/b/node_modules/d": { version: "2.0.0", optionalDependencies: { e: "1" } },
      "node_modules/c": { version: "1.0.0", dependencies: { d: "1", a: "1" } },
      "node_modules/d": { version: "1.0.0", dependencies: { c: "1", e: "1" } },
      "node_modules/e": { version: "3.0.0", peerDependencies: { nowhere: "1" } },
      "node_modules/tool": { version: "9.0.0", dependencies: { "@scope/f": "1" }, devDependencies: { g: "1" } },
      "node_modules/@scope/f": { version: "0.1.0", name: "other-name" },
      "node_modules/g": { version: "1.0.0" },
    },
    { dependencies: { a: "1", b: "1" }, devDependencies: { tool: "1" } },
  );

  it.each([
    [["node_modules/a"], ["a@1.0.0"]],
    [["node_modules/d"], ["a@1.0.0", "c@1.0.0", "d@1.0.0"]],
    [["node_modules/b/node_modules/d"], ["b@1.1.0", "d@2.0.0"]],
    [["node_modules/e"], ["b@1.1.0", "d@2.0.0", "e@3.0.0"]],
    [["node_modules/d", "node_modules/b/node_modules/d"], ["b@1.1.0", "d@2.0.0"]],
    [["node_modules/@scope/f"], ["tool@9.0.0", "other-name@0.1.0"]],
    [["node_modules/g"], []],
    [["node_modules/nowhere"], []],
  ])("to %j is %j", (places, way) => {
    expect(pathTo(tree, places)).toEqual(way);
  });

  it("begins in the workspaces, too", () => {
    const workspaces = lock({ "": {}, "packages/one": { version: "1.0.0", devDependencies: { a: "1" } }, "packages/one/node_modules/a": { version: "1.0.0" }, "node_modules/one": { resolved: "packages/one", link: true } });
    expect(pathTo(workspaces, ["packages/one/node_modules/a"])).toEqual(["a@1.0.0"]);
    expect(workspaces.installed).toEqual(["packages/one/node_modules/a"]);
  });
});

describe("a lock file and its package.json", () => {
  it.each([
    ["an optional dependency that stands in both lists", { optionalDependencies: { a: "1" } }, { dependencies: { a: "1" }, optionalDependencies: { a: "1" } }],
    ["a dependency from Git", { dependencies: { a: "git+ssh://git@example.org/a.git#1" } }, { dependencies: { a: "github:example/a" } }],
  ])("fit: %s", (_name, root, manifest) => {
    expect(() => lock({ "": root, "node_modules/a": { version: "1.0.0" } }, manifest)).not.toThrow();
  });

  it.each([
    ["another range", { dependencies: { a: "^1" } }, { dependencies: { a: "^2" } }],
    ["another list", { devDependencies: { a: "^1" } }, { dependencies: { a: "^1" } }],
    ["from Git, and not in the lock file", {}, { dependencies: { a: "github:example/a" } }],
  ])("do not fit: %s", (_name, root, manifest) => {
    expect(() => lock({ "": root }, manifest)).toThrow(/does not fit/);
  });
});
