import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { StateFolder } from "../../src/state/state-folder.ts";

/** A rehearsal that saves what happens, as one that was started does; tells its address, and ends at SIGTERM. */
const folder = await mkdtemp(join(tmpdir(), "rehearsal-bench-"));
const rehearsal = await new AwsRehearsal({ state: new StateFolder(folder) }).start();
console.log(rehearsal.url);
process.once("SIGTERM", () => {
  void rehearsal
    .stop()
    .then(async () => rm(folder, { recursive: true, force: true }))
    .then(() => process.exit(0));
});
