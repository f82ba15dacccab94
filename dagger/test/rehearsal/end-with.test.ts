import { dag } from "@dagger.io/dagger";
import { expect, it } from "vitest";
import { endWith } from "../../src/engine/end-with.ts";
import { argumentsOf, execError, withSession, type Answer, type Chain } from "../session-server.ts";

it("ends with the words and the exit code of a command that nobody catches", async () => {
  let asked: Chain = [];
  const failing: Answer = (leaf, chain) => {
    if (leaf !== "sync") return undefined;
    asked = chain;
    throw execError(3, "Traffic is mixed.\n");
  };
  await withSession(failing, async () => {
    await expect(endWith(3, "Traffic is mixed.\n", async () => Promise.resolve(dag.container()))).rejects.toMatchObject({ name: "ExecError", exitCode: 3 });
  });
  expect(argumentsOf(asked, "withExec")[0]?.["args"]).toEqual(["sh", "-c", expect.stringContaining("exit") as string, "sh", "3"]);
  expect(argumentsOf(asked, "withNewFile")[0]?.["contents"]).toBe("Traffic is mixed.\nThe exit code is 3.\n");
});

it("says the exit code in words where there is no image to end with", async () => {
  await expect(endWith(2, "Refused.\n", async () => Promise.reject(new Error("no image")))).rejects.toThrow("Refused.\nThe exit code is 2; Dagger itself knows 1 only.");
});
