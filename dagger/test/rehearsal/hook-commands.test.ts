import { expect, it } from "vitest";
import { hookCommands, hooksDiffer } from "../../src/rehearsal/hook-commands.ts";
import { releaseSchema } from "../../src/release/release-settings.ts";

const settings = (hooks: object, commands: object) => releaseSchema.parse({ container: "proxy", port: 8080, hooks, rehearsal: { hooks: commands } });
const around = { root: "/some where", node: "/bin/node24" };

it("gives a rehearsal the command of each function, run where the repository is", () => {
  const commands = hookCommands(settings({ AfterAllowTestTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:probe:live", BeforeAllowTraffic: "other" }, { probe: "node a.mjs b", other: "true", unused: "x" }), around);
  expect(Object.entries(commands).map(([name, text]) => [name, JSON.parse(text) as unknown])).toEqual([
    ["probe", { command: ["/bin/node24", "a.mjs", "b"], cwd: "/some where" }],
    ["other", { command: ["true"], cwd: "/some where" }],
  ]);
});

it("refuses a function that has none, naming it and where it would go", () => {
  expect(() => hookCommands(settings({ AfterAllowTestTraffic: "probe" }, {}), around)).toThrow("A rehearsal has nothing to run for probe, the hook at AfterAllowTestTraffic. Nothing was started. Name a command in gitops.json: release.rehearsal.hooks.probe");
});

it.each([
  ["the same", { probe: '{"command":["x"],"cwd":"/a"}' }, undefined],
  ["the same clone's earlier command", { probe: '{"command":["y"],"cwd":"/a"}' }, undefined],
  ["one that was given by hand", { probe: "./mine" }, undefined],
  ["another clone's", { probe: '{"command":["x"],"cwd":"/b"}' }, "runs the hook probe of another clone, in /b"],
  ["none", {}, "has nothing to run for the hook probe"],
])("a rehearsal that runs with %s: %o", (_what, running, why) => {
  expect(hooksDiffer({ probe: '{"command":["x"],"cwd":"/a"}' }, running)).toBe(why);
});
