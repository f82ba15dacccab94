/** Writes `dagger/gitops.schema.json`, which editors use for `gitops.json`. */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/config.ts";

writeFileSync(new URL("../gitops.schema.json", import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
