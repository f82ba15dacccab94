import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { programIn, tool } from "../src/tools.ts";
import { scratchFolder } from "../../local/test/support/scratch.ts";

describe("a program that the wrappers' tests fetch", () => {
  it("is named with what to install, where what fetches it is not there", async () => {
    await expect(tool("no-such-program", [], {}, "Go")).rejects.toThrow("The wrappers' tests need Go, and there is no no-such-program on the PATH. Install it.");
  });

  it("is said to need a network, with the last words of what fetches it, where that fails", async () => {
    const bin = await scratchFolder("bin");
    await programIn(bin, "fetch", "#!/bin/sh\necho 'no such host' >&2\nexit 1\n");
    await expect(tool(join(bin, "fetch"), [], {}, "Go")).rejects.toThrow(/fetch a program once with Go, which did not work\. They need a network for that, or .* from an earlier run\..* said: no such host$/);
  });
});
